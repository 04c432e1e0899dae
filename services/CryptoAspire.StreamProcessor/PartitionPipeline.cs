using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using CryptoAspire.Storage.Silver;
using CryptoAspire.StreamProcessor.Health;
using CryptoAspire.StreamProcessor.Kafka;

namespace CryptoAspire.StreamProcessor;

/// <summary>
/// One partition's way from Kafka to Silver: the poll loop fills the next batch while the current one commits. A batch is what came in the
/// meantime, so it is small at a low rate and grows under load up to its limit, where the poll loop waits.
/// </summary>
internal sealed partial class PartitionPipeline(
    int partition,
    SilverWriter writer,
    SilverOptions options,
    SemaphoreSlim commitGate,
    CandleAnnouncer announcer,
    SilverHealth health,
    SilverMetrics metrics,
    TimeProvider time,
    ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _waiting = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private SilverBatch? _filling;
    private long _next;
    private volatile bool _full;

    /// <summary>Called on a thread of its own choosing when the fence is not where we thought: the poll loop must go on reading there.</summary>
    public required Action<long> OnFenceMoved { get; init; }

    /// <summary>Called after each commit with the offset that is safe.</summary>
    public required Action<long> OnCommitted { get; init; }

    /// <summary>True when the next batch has reached its limit: read no further.</summary>
    public bool IsFull => _full;

    private string Name => $"partition {partition}";

    /// <summary>Starts committing from the fence.</summary>
    public Task RunAsync(long fence)
    {
        Restart(fence);
        return Task.Run(CommitLoopAsync);
    }

    /// <summary>Ends after the batch at hand; what was not committed is read again by the next owner.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Begins anew at an offset; records below it or already waiting are dropped.</summary>
    public void Restart(long offset)
    {
        lock (_lock)
        {
            _filling = null;
            _next = offset;
            _full = false;
        }
    }

    /// <summary>Takes a record from the poll loop; one that was taken before is ignored.</summary>
    public void Add(BronzeReader reader, long offset, byte[]? key, byte[]? value)
    {
        lock (_lock)
        {
            if (offset < _next)
                return;
            _filling ??= new SilverBatch(options.Topic, partition, _next);
            _filling.Add(reader, offset, key, value, UnixMicroseconds.Of(time.GetUtcNow()));
            _next = offset + 1;
            _full = _filling.Consumed >= options.BatchSize;
            if (_filling.Consumed == 1 && _waiting.CurrentCount == 0)
                _waiting.Release();
        }
    }

    private async Task CommitLoopAsync()
    {
        var stop = _stop.Token;
        try
        {
            while (true)
            {
                // 1. Poll: wait for a first record, and a moment for more.
                await _waiting.WaitAsync(stop);
                if (!_full)
                    await Task.Delay(TimeSpan.FromMilliseconds(options.LingerMilliseconds), time, stop);
                if (Take() is not { } batch)
                    continue;

                // 2. Decide and commit.
                await commitGate.WaitAsync(stop);
                CommitResult result;
                try
                {
                    result = await CommitAsync(batch, stop);
                }
                finally
                {
                    commitGate.Release();
                }

                // 3. Announce.
                if (result.Committed)
                {
                    OnCommitted(result.NextOffset);
                    announcer.Announce(result.Candles);
                }
                else
                {
                    LogFenceMoved(partition, batch.From, result.NextOffset);
                    Restart(long.MaxValue); // until the poll loop has moved
                    OnFenceMoved(result.NextOffset);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            health.Clear(Name);
        }
    }

    private SilverBatch? Take()
    {
        lock (_lock)
        {
            var batch = _filling;
            _filling = null;
            _full = false;
            return batch;
        }
    }

    /// <summary>Commits, however long it takes; a failure's outcome is settled by the fence.</summary>
    private async Task<CommitResult> CommitAsync(SilverBatch batch, CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            var started = time.GetTimestamp();
            try
            {
                // A failed attempt leaves its outcome unknown until the fence is read.
                var fence = attempt == 0 ? batch.From : await writer.TakeOverAsync(stop);
                var result = fence == batch.From
                    ? await writer.CommitAsync(batch, stop)
                    : new CommitResult(fence == batch.Next, fence, 0, 0, 0, []);
                if (attempt > 0)
                    LogRecovered(partition, attempt);
                health.Clear(Name);
                metrics.Committed(result, time.GetElapsedTime(started));
                return result;
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                // Whatever it is, going on would lose the batch: a partition that cannot commit stands still, and says so.
                metrics.Failed();
                health.Trouble(Name, $"cannot commit offset {batch.From}: {failure.Message}");
                LogCommitFailed(partition, batch.From, batch.Next, attempt, failure.Message);
                await Task.Delay(Backoff.Delay(attempt), time, stop);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Partition {Partition}: offsets [{From}, {Next}) not committed, attempt {Attempt}: {Reason}")]
    private partial void LogCommitFailed(int partition, long from, long next, int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Partition {Partition}: committing again after {Attempts} failed attempts")]
    private partial void LogRecovered(int partition, int attempts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Partition {Partition}: the fence is not at {Expected} but at {Actual}; reading again from there")]
    private partial void LogFenceMoved(int partition, long expected, long actual);
}
