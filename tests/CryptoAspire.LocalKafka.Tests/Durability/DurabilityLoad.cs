using System.Collections.Concurrent;
using Confluent.Kafka;
using CryptoAspire.Testing;

namespace CryptoAspire.LocalKafka.Tests.Durability;

/// <summary>
/// A load whose every effect can be checked afterwards: idempotent producers that note each acknowledgement, a transactional
/// producer that notes each committed transaction, and a group consumer that commits as it goes. It lives through restarts of the
/// broker by the clients' own means only.
/// </summary>
internal sealed class DurabilityLoad : IAsyncDisposable
{
    private const int Partitions = 4;
    private const int TransactionSize = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _bootstrap;
    private readonly string _topic = $"load-{Guid.NewGuid():N}";
    private readonly string _group = $"group-{Guid.NewGuid():N}";
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _stopReading = new();
    private readonly CancellationTokenSource _outOfPatience = new();
    private readonly ConcurrentDictionary<string, TopicPartitionOffset> _acknowledged = new();
    private readonly ConcurrentDictionary<string, TopicPartitionOffset> _transactionAcknowledged = new();
    private readonly ConcurrentDictionary<int, bool> _committedTransactions = new();
    private readonly ConcurrentDictionary<int, bool> _abortedTransactions = new();
    private readonly ConcurrentDictionary<string, int> _consumed = new();
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly ConcurrentQueue<string> _lastWords = new();
    private readonly List<Task> _writers = [];
    private Task _reader = Task.CompletedTask;
    private volatile bool _connectionLost;

    private readonly int _recordsPerPause;

    /// <param name="recordsPerPause">Records that each producer writes between two pauses of 10 ms.</param>
    public DurabilityLoad(string bootstrap, int recordsPerPause = 40) => (_bootstrap, _recordsPerPause) = (bootstrap, recordsPerPause);

    public int Acknowledged => _acknowledged.Count;

    public int CommittedTransactions => _committedTransactions.Count;

    public async Task StartAsync()
    {
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _bootstrap }).Build())
            await admin.CreateTopicsAsync([new() { Name = _topic, NumPartitions = Partitions, ReplicationFactor = 1, Configs = new() { ["segment.bytes"] = "1048576" } }]);
        for (var p = 0; p < 2; p++)
        {
            var name = $"p{p}";
            _writers.Add(Task.Factory.StartNew(() => ProduceIdempotently(name), TaskCreationOptions.LongRunning));
        }

        _writers.Add(Task.Factory.StartNew(ProduceTransactions, TaskCreationOptions.LongRunning));
        _reader = Task.Factory.StartNew(ConsumeInGroup, TaskCreationOptions.LongRunning);
    }

    /// <summary>
    /// Waits until records were acknowledged and a transaction was committed since the call, however slow the machine: a broker that is
    /// killed again before its clients have found it proves nothing.
    /// </summary>
    public async Task GoOnAsync()
    {
        var (acknowledged, transactions) = (Acknowledged, CommittedTransactions);
        await Eventually.True(() => !_problems.IsEmpty || (Acknowledged > acknowledged && CommittedTransactions > transactions), TimeSpan.FromMinutes(4));
    }

    /// <summary>Stops the writers, lets the consumer reach the end, and checks every promise. Throws with the first broken ones.</summary>
    public async Task FinishAndCheckAsync()
    {
        await _stop.CancelAsync();
        _outOfPatience.CancelAfter(Patience);
        await Task.WhenAll(_writers);
        var stored = ReadEverything(IsolationLevel.ReadCommitted, out var ends);
        await CheckConsumerCaughtUpAsync(stored.Keys, ends);
        foreach (var id in _acknowledged.Keys.Where(id => !stored.ContainsKey(id)).Take(5)) _problems.Enqueue($"acknowledged but lost: {id} at {_acknowledged[id]}");
        foreach (var (id, places) in stored.Where(s => s.Value.Count > 1).Take(5)) _problems.Enqueue($"stored {places.Count} times: {id} at {string.Join(", ", places)}");
        foreach (var (id, at) in _acknowledged.Where(a => stored.TryGetValue(a.Key, out var places) && places[0] != a.Value).Take(5)) _problems.Enqueue($"{id} was acknowledged at {at} and is at {stored[id][0]}");
        CheckOrder(stored);
        CheckTransactions(stored);
        Assert.True(_problems.IsEmpty, string.Join(Environment.NewLine, _problems));
        Assert.True(_acknowledged.Count > 0 && _committedTransactions.Count > 0, $"the load did nothing: {_acknowledged.Count} acknowledged, {_committedTransactions.Count} transactions");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _stopReading.CancelAsync();
        await _outOfPatience.CancelAsync();
        await Task.WhenAll([.. _writers, _reader]);
        _stop.Dispose();
        _stopReading.Dispose();
        _outOfPatience.Dispose();
    }

    private void ProduceIdempotently(string name)
    {
        try
        {
            var config = new ProducerConfig { BootstrapServers = _bootstrap, EnableIdempotence = true, Acks = Acks.All, LingerMs = 2, MessageTimeoutMs = 600_000, ReconnectBackoffMaxMs = 300, SocketTimeoutMs = 10_000 };
            using var producer = new ProducerBuilder<string, string>(config)
                .SetErrorHandler((_, e) => { if (e.IsFatal) _problems.Enqueue($"{name}: fatal {e}"); })
                .Build();
            for (var i = 0; !_stop.IsCancellationRequested; i++)
            {
                var id = $"{name}/{i}";
                try
                {
                    producer.Produce(new TopicPartition(_topic, i % Partitions), new() { Key = name, Value = id + new string('.', 200) }, report =>
                    {
                        if (report.Error.IsError) _problems.Enqueue($"{id}: {report.Error}");
                        else _acknowledged[id] = report.TopicPartitionOffset;
                    });
                }
                catch (ProduceException<string, string> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
                {
                    i--;
                    producer.Poll(TimeSpan.FromMilliseconds(20));
                }

                // About 4,000 a second for each at most: the point is what survives, not how fast it goes.
                if (i % _recordsPerPause == 0) Thread.Sleep(10);
            }

            if (producer.Flush(Patience) != 0) _problems.Enqueue($"{name}: not everything was acknowledged within {Patience}");
        }
        catch (Exception e)
        {
            _problems.Enqueue($"{name}: {e}");
        }
    }

    private void ProduceTransactions()
    {
        var next = 0;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var producer = new ProducerBuilder<string, string>(new ProducerConfig
                {
                    BootstrapServers = _bootstrap, TransactionalId = _topic, TransactionTimeoutMs = 600_000, MessageTimeoutMs = 30_000, LingerMs = 1, ReconnectBackoffMaxMs = 300, SocketTimeoutMs = 10_000, Debug = "eos",
                })
                    .SetLogHandler((_, line) => Remember(line.Message))
                    .SetErrorHandler((_, error) => _connectionLost |= error.Code is ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown)
                    .Build();
                Retry(() => producer.InitTransactions(Patience));
                while (!_stop.IsCancellationRequested)
                {
                    var number = next++;
                    RunTransaction(producer, number, commit: number % 4 != 3);
                }
            }
            catch (ProducerLostException)
            {
            }
            catch (KafkaException e) when (e.Error.IsFatal)
            {
                _problems.Enqueue($"transactions: fatal {e.Error}; what the client said last:\n  {string.Join("\n  ", _lastWords)}");
                return;
            }
            catch (Exception e)
            {
                _problems.Enqueue($"transactions: {e}; what the client said last:\n  {string.Join("\n  ", _lastWords)}");
                return;
            }
        }
    }

    private void Remember(string line)
    {
        _lastWords.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} {line}");
        while (_lastWords.Count > 120) _lastWords.TryDequeue(out _);
    }

    private void RunTransaction(IProducer<string, string> producer, int number, bool commit)
    {
        _connectionLost = false;
        producer.BeginTransaction();
        try
        {
            for (var j = 0; j < TransactionSize; j++) producer.Produce(new TopicPartition(_topic, (number + j) % Partitions), new() { Key = "tx", Value = $"tx/{number}/{j}" }, report =>
            {
                if (!report.Error.IsError) _transactionAcknowledged[Id(report.Message.Value)] = report.TopicPartitionOffset;
            });
            Thread.Sleep(5);
            if (commit)
            {
                Retry(() => producer.CommitTransaction(Patience));
                _committedTransactions[number] = true;
                return;
            }
        }
        catch (KafkaTxnRequiresAbortException)
        {
        }

        _abortedTransactions[number] = true;
        try
        {
            Retry(() => producer.AbortTransaction(Patience));
        }
        catch (KafkaException e) when (e.Error is { IsFatal: true, Code: ErrorCode.InvalidTxnState })
        {
            // librdkafka 2.0.2 asks for the abort of a transaction whose first AddPartitionsToTxn was cut off by the kill, that is of one
            // that the broker never saw begin. Kafka answers the same. An application goes on with a new producer, and so does this one.
            throw new ProducerLostException();
        }

        // librdkafka 2.0.2 drops at the abort what waits to be sent, also what the lost connection has put back and the broker may hold
        // already; the next transaction would reuse its sequence numbers and be answered as a duplicate. A new producer has a new epoch.
        if (_connectionLost) throw new ProducerLostException();
    }

    private sealed class ProducerLostException : Exception;

    /// <summary>As long as the broker is killed again and again there is no limit that would be fair.</summary>
    private void Retry(Action call)
    {
        while (true)
        {
            try
            {
                call();
                return;
            }
            catch (KafkaRetriableException) when (!_outOfPatience.IsCancellationRequested)
            {
            }
        }
    }

    private void ConsumeInGroup()
    {
        try
        {
            using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig
            {
                BootstrapServers = _bootstrap, GroupId = _group, AutoOffsetReset = AutoOffsetReset.Error, EnableAutoCommit = false, SessionTimeoutMs = 6_000, HeartbeatIntervalMs = 500,
                IsolationLevel = IsolationLevel.ReadCommitted, ReconnectBackoffMaxMs = 300, SocketTimeoutMs = 10_000,
            }).SetPartitionsAssignedHandler((c, given) => c.Committed(given, Patience).Select(o => o.Offset.IsSpecial ? new TopicPartitionOffset(o.TopicPartition, 0) : o)).Build();
            consumer.Subscribe(_topic);
            for (var n = 0; !_stopReading.IsCancellationRequested; n++)
            {
                try
                {
                    if (consumer.Consume(TimeSpan.FromMilliseconds(200)) is { } result) _consumed.AddOrUpdate(Id(result.Message.Value), 1, (_, times) => times + 1);
                    if (n % 500 == 499) consumer.Commit();
                }
                catch (ConsumeException e) when (!e.Error.IsFatal)
                {
                    // An offset that the broker no longer has would be a loss: with no reset policy it ends here.
                    if (e.Error.Code is ErrorCode.OffsetOutOfRange or ErrorCode.Local_AutoOffsetReset) _problems.Enqueue($"consumer: {e.Error}");
                }
                catch (KafkaException e) when (!e.Error.IsFatal)
                {
                }
            }

            Retry(() => consumer.Commit());
            consumer.Close();
        }
        catch (KafkaException e) when (e.Error.Code == ErrorCode.Local_NoOffset)
        {
        }
        catch (Exception e)
        {
            _problems.Enqueue($"consumer: {e}");
        }
    }

    private async Task CheckConsumerCaughtUpAsync(ICollection<string> stored, Dictionary<int, long> ends)
    {
        // A slow consumer is given all the time it wants, one that stands still is not.
        for (var (seen, end) = (-1, DateTime.MaxValue); _consumed.Count < stored.Count && DateTime.UtcNow < end; await Task.Delay(100))
            if (_consumed.Count > seen) (seen, end) = (_consumed.Count, DateTime.UtcNow + Patience);
        await _stopReading.CancelAsync();
        await _reader;
        foreach (var id in stored.Where(id => !_consumed.ContainsKey(id)).Take(5)) _problems.Enqueue($"stored but never consumed by the group: {id}");
        foreach (var id in _consumed.Keys.Except(stored).Take(5)) _problems.Enqueue($"consumed but no longer stored: {id}");
        using var check = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = _bootstrap, GroupId = _group }).Build();
        foreach (var committed in check.Committed(ends.Keys.Select(p => new TopicPartition(_topic, p)), Patience))
            if (committed.Offset.Value > ends[committed.Partition.Value]) _problems.Enqueue($"committed offset {committed} is beyond the end {ends[committed.Partition.Value]}");
    }

    private Dictionary<string, List<TopicPartitionOffset>> ReadEverything(IsolationLevel isolation, out Dictionary<int, long> ends)
    {
        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig { BootstrapServers = _bootstrap, GroupId = "check", IsolationLevel = isolation, EnablePartitionEof = true, EnableAutoCommit = false }).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(p => new TopicPartitionOffset(_topic, p, 0)));
        var (stored, open) = (new Dictionary<string, List<TopicPartitionOffset>>(), Partitions);
        ends = [];
        for (var end = DateTime.UtcNow + Patience; open > 0;)
        {
            if (DateTime.UtcNow > end) throw new TimeoutException($"{open} partitions never reached their end: a transaction was left open?");
            var result = consumer.Consume(TimeSpan.FromSeconds(1));
            if (result is null) continue;
            end = DateTime.UtcNow + Patience;
            if (result.IsPartitionEOF)
            {
                open--;
                ends[result.Partition.Value] = result.Offset.Value;
                continue;
            }

            var id = Id(result.Message.Value);
            if (!stored.TryGetValue(id, out var places)) stored[id] = places = [];
            places.Add(result.TopicPartitionOffset);
        }

        consumer.Close();
        return stored;
    }

    private void CheckOrder(Dictionary<string, List<TopicPartitionOffset>> stored)
    {
        foreach (var stream in stored.Where(s => s.Key.StartsWith('p')).GroupBy(s => (Producer: s.Key.Split('/')[0], s.Value[0].Partition)))
        {
            long last = -1;
            foreach (var (id, _) in stream.OrderBy(s => s.Value[0].Offset.Value))
            {
                var number = long.Parse(id.Split('/')[1]);
                if (number <= last) _problems.Enqueue($"out of order in {stream.Key}: {number} after {last}");
                last = number;
            }
        }
    }

    private void CheckTransactions(Dictionary<string, List<TopicPartitionOffset>> stored)
    {
        var sizes = stored.Keys.Where(id => id.StartsWith("tx/", StringComparison.Ordinal)).GroupBy(id => int.Parse(id.Split('/')[1])).ToDictionary(g => g.Key, g => g.Count());
        foreach (var number in _committedTransactions.Keys.Where(n => sizes.GetValueOrDefault(n) != TransactionSize).Take(5)) _problems.Enqueue($"committed transaction {number} shows {sizes.GetValueOrDefault(number)} of {TransactionSize} records");
        foreach (var number in _abortedTransactions.Keys.Where(sizes.ContainsKey).Take(5)) _problems.Enqueue($"aborted transaction {number} is visible");
        foreach (var (number, size) in sizes.Where(s => s.Value != TransactionSize).Take(5))
        {
            // Whoever looks for the cause wants to know what stands where the missing record was acknowledged.
            var there = ReadEverything(IsolationLevel.ReadUncommitted, out _).SelectMany(r => r.Value.Select(at => (At: at, Id: r.Key))).ToDictionary(r => r.At, r => r.Id);
            var missing = Enumerable.Range(0, TransactionSize).Select(j => $"tx/{number}/{j}").Where(id => !stored.ContainsKey(id))
                .Select(id => _transactionAcknowledged.TryGetValue(id, out var at) ? $"{id}, acknowledged at {at}, where {there.GetValueOrDefault(at) ?? "nothing"} is stored" : $"{id}, never acknowledged");
            _problems.Enqueue($"transaction {number} is half visible: {size} of {TransactionSize}; missing are {string.Join("; ", missing)}");
        }
    }

    private static string Id(string value) => value.TrimEnd('.');
}
