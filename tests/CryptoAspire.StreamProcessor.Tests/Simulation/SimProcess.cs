using System.Diagnostics.Metrics;
using CryptoAspire.Market.Bronze;
using CryptoAspire.Storage.Silver;
using CryptoAspire.StreamProcessor.Health;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoAspire.StreamProcessor.Tests.Simulation;

/// <summary>A stream processor: production's pipelines and writers, fed by the simulation in the place of the Kafka client.</summary>
internal sealed class SimProcess(string name, SimDatabase database, SimClock clock, Random random)
{
    private static readonly SilverMetrics Metrics = new(new Meters());

    private readonly BronzeReader _reader = new();
    private readonly Dictionary<int, (PartitionPipeline Pipeline, Reading Reading)> _assigned = [];
    private readonly List<SimTransaction> _transactions = [];
    private readonly HashSet<(int, long)> _lost = [];
    private readonly CommitQueue _commits = new(
        new SilverOptions { BatchSize = 1 + random.Next(24), LingerMilliseconds = random.Next(2), ParallelCommits = 1 + random.Next(3) }, Metrics, clock, NullLogger.Instance);

    public string Name => name;

    public SimClock Clock => clock;

    /// <summary>What ended one of its pipelines, which nothing may.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>What is waiting for an answer.</summary>
    public List<Question> Questions { get; } = [];

    public bool IsDead { get; private set; }

    public bool IsFrozen { get; set; }

    public IEnumerable<int> Partitions => _assigned.Keys;

    public ISilverTransaction Open(SimDatabase on)
    {
        var transaction = new SimTransaction(this, on);
        _transactions.Add(transaction);
        return transaction;
    }

    /// <summary>Puts a question to the database, to be answered when the simulation says so and no lock is in the way.</summary>
    public Task<T> AskAsync<T>(string step, Func<T> answer, CancellationToken cancel, Func<bool>? isReady = null, Func<SimTransaction?>? blocker = null)
    {
        var source = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Questions.Add(new Question(
            step,
            isReady ?? (static () => true),
            blocker ?? (static () => null),
            cancel,
            () =>
            {
                try
                {
                    var value = answer();
                    return () => source.SetResult(value);
                }
                catch (Exception failure) when (failure is not InvariantException)
                {
                    return () => source.SetException(failure);
                }
            },
            failure => source.SetException(failure)));
        return source.Task;
    }

    /// <summary>The group assigns a partition: what BronzeConsumer does then.</summary>
    public async Task AssignAsync(int partition)
    {
        Revoke(partition);
        var writer = new SilverWriter(new SimStore(this, database), clock, "crypto_prices", partition);
        var reading = new Reading();
        var pipeline = new PartitionPipeline(
            partition, writer, new SilverOptions { BatchSize = 1 + random.Next(12) }, _commits, static _ => { }, new SilverHealth(), Metrics, clock, NullLogger.Instance)
        {
            OnCommitted = static _ => { },
            OnSeek = reading.Seeks.Enqueue,
        };
        _assigned[partition] = (pipeline, reading);
        while (true)
        {
            try
            {
                reading.Position = await writer.TakeOverAsync(CancellationToken.None);
                break;
            }
            catch (Npgsql.NpgsqlException)
            {
                // The consumer is built anew and gets its partitions again.
            }
        }

        if (_assigned.GetValueOrDefault(partition).Pipeline != pipeline)
            return;
        pipeline.Restart(reading.Position);
        reading.IsOpen = true;
        _ = WatchAsync(pipeline.RunAsync());
    }

    public void Revoke(int partition)
    {
        if (_assigned.Remove(partition, out var assigned))
            assigned.Pipeline.Stop();
    }

    public bool CanPoll(int partition) =>
        _assigned.TryGetValue(partition, out var assigned) && assigned.Reading is { IsOpen: true } reading
        && (reading.Seeks.Count > 0 || (assigned.Pipeline.WaitForRoom(TimeSpan.Zero) > 0 && reading.Position < database.Log.End(partition)));

    /// <summary>One turn of the poll loop: seeks first, then some records. The client may lose one, but not the same twice.</summary>
    public void Poll(int partition, int count, bool lose)
    {
        var (pipeline, reading) = _assigned[partition];
        while (reading.Seeks.TryDequeue(out var offset))
        {
            pipeline.Restart(offset);
            reading.Position = offset;
        }

        for (; count > 0 && pipeline.WaitForRoom(TimeSpan.Zero) > 0 && reading.Position < database.Log.End(partition); count--)
        {
            var offset = reading.Position++;
            var isLast = offset == database.Log.End(partition) - 1;
            if (database.Log.At(partition, offset) is { } value && (!lose || isLast || !_lost.Add((partition, offset))))
                pipeline.Add(_reader, offset, default, value);
            lose = false;
        }
    }

    /// <summary>kill -9: nothing of it goes on; PostgreSQL rolls back what was open.</summary>
    public void Die()
    {
        IsDead = true;
        Questions.Clear();
        _assigned.Clear();
        LoseConnections();
    }

    public void LoseConnections()
    {
        foreach (var transaction in _transactions)
            transaction.Rollback();
        _transactions.Clear();
    }

    private async Task WatchAsync(Task run)
    {
        try
        {
            await run;
        }
        catch (Exception failure)
        {
            Failure = failure;
        }
    }

    internal sealed record Question(
        string Step, Func<bool> IsReady, Func<SimTransaction?> Blocker, CancellationToken Cancel, Func<Action> Answer, Action<Exception> Fail);

    private sealed class Reading
    {
        public Queue<long> Seeks { get; } = new();

        public long Position { get; set; }

        public bool IsOpen { get; set; }
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
