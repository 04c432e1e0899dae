using System.Collections.Concurrent;
using Confluent.Kafka;
using CryptoAspire.ServiceDefaults.Kafka;
using CryptoAspire.Storage.Silver;
using CryptoAspire.StreamProcessor.Health;

namespace CryptoAspire.StreamProcessor;

/// <summary>
/// One consumer's life: follows the group's assignments and gives each partition a reader and a pipeline. The group only assigns; where to
/// read from is the fence's word, never Kafka's committed offset (that one is kept for the usual lag tools).
/// </summary>
internal sealed partial class BronzeConsumer(
    ConsumerConfig config,
    SilverOptions options,
    Func<int, SilverWriter> writerOf,
    Func<int, SilverWriter, Action<long>, Action<long>, PartitionPipeline> pipelineOf,
    SilverHealth health,
    SilverMetrics metrics,
    ILogger logger)
{
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PollTimeoutBehind = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(10);

    private readonly Dictionary<int, (PartitionReader Reader, PartitionPipeline Pipeline)> _owned = [];
    private readonly ConcurrentQueue<TopicPartitionOffset> _safe = new();
    private bool _brokerIsAway;

    /// <summary>Polls until stopped or until the consumer is beyond repair; blocks its thread.</summary>
    /// <exception cref="KafkaException">The consumer must be built anew, or an assignment could not be served.</exception>
    public void Run(CancellationToken stop)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(config)
            .SetPartitionsAssignedHandler(Assigned)
            .SetPartitionsRevokedHandler((_, partitions) => Drop(partitions.Select(static dropped => dropped.Partition.Value)))
            .SetPartitionsLostHandler((_, partitions) => Drop(partitions.Select(static dropped => dropped.Partition.Value)))
            .SetErrorHandler((_, error) => Report(error))
            .SetLogHandler(static (_, _) => { })
            .Build();
        try
        {
            consumer.Subscribe(options.Topic);
            while (!stop.IsCancellationRequested)
            {
                StoreSafeOffsets(consumer);
                Poll(consumer, KeepFetching(consumer) ? PollTimeoutBehind : PollTimeout);
                if (_brokerIsAway)
                    LookForBroker(consumer);
            }
        }
        finally
        {
            Drop(_owned.Keys);
            consumer.Close();
        }
    }

    /// <summary>Serves the group: assignments and errors come here, records go to their partitions' own queues.</summary>
    private void Poll(IConsumer<Ignore, Ignore> consumer, TimeSpan longest)
    {
        try
        {
            consumer.Consume(longest);
        }
        catch (ConsumeException failure) when (!failure.Error.IsFatal)
        {
            Report(failure.Error);
        }
    }

    /// <summary>
    /// Before 2.2 librdkafka looks only once a second whether a queue that was full has room again, unless something else wakes it; later
    /// versions have a setting for that (<c>fetch.queue.backoff.ms</c>). Asking the broker for a partition's end does wake it.
    /// </summary>
    /// <returns>True while a partition is behind: it is to be done again soon.</returns>
    private bool KeepFetching(IConsumer<Ignore, Ignore> consumer)
    {
        foreach (var (partition, owned) in _owned)
        {
            if (!owned.Reader.IsBehind)
                continue;
            try
            {
                consumer.QueryWatermarkOffsets(new TopicPartition(options.Topic, partition), PollTimeoutBehind);
            }
            catch (KafkaException)
            {
                // Nothing is lost: it looks again by itself.
            }

            return true;
        }

        return false;
    }

    /// <summary>Nothing tells that a connection is there again but what comes over it, and in a quiet market nothing does.</summary>
    private void LookForBroker(IConsumer<Ignore, Ignore> consumer)
    {
        try
        {
            consumer.QueryWatermarkOffsets(new TopicPartition(options.Topic, _owned.Keys.FirstOrDefault()), PollTimeout);
            _brokerIsAway = false;
            health.Clear("kafka");
        }
        catch (KafkaException)
        {
            // Still away.
        }
    }

    private IEnumerable<TopicPartitionOffset> Assigned(IConsumer<Ignore, Ignore> consumer, List<TopicPartition> partitions)
    {
        var starts = new List<TopicPartitionOffset>();
        var writers = partitions.ConvertAll(assigned => writerOf(assigned.Partition.Value));
        var fences = Wait(cancel => Task.WhenAll(writers.Select(writer => writer.TakeOverAsync(cancel)))); // each waits for the log's flush
        foreach (var (assigned, writer, at) in partitions.Zip(writers, fences))
        {
            var partition = assigned.Partition.Value;
            var fence = Within(consumer, assigned, writer, at);
            PartitionReader? reader = null;
            var pipeline = pipelineOf(
                partition,
                writer,
                offset =>
                {
                    health.Clear("kafka"); // what was committed came from there
                    _safe.Enqueue(new TopicPartitionOffset(assigned, offset));
                },
                offset => reader!.SeekTo(offset));
            reader = new PartitionReader(
                partition,
                PartitionQueue.Open(consumer.Handle, assigned.Topic, partition, options.BatchSize),
                pipeline,
                offset => consumer.Seek(new TopicPartitionOffset(assigned, offset)),
                () => FenceOf(consumer, assigned, writerOf(partition)), // a writer of its own: the pipeline's may be in the middle of a commit
                logger);
            _owned[partition] = (reader, pipeline);
            pipeline.Restart(fence);
            reader.Start();
            _ = Task.Run(pipeline.RunAsync);
            starts.Add(new TopicPartitionOffset(assigned, fence));
        }

        metrics.Owns(_owned.Count);
        health.Clear("start");
        health.Clear("kafka");
        LogAssigned(string.Join(", ", starts.Select(static start => $"{start.Partition.Value}@{start.Offset.Value}")));
        return starts;
    }

    private long FenceOf(IConsumer<Ignore, Ignore> consumer, TopicPartition partition, SilverWriter writer) =>
        Within(consumer, partition, writer, Wait(writer.TakeOverAsync));

    /// <summary>Where to read from; a fence outside of what Kafka has is moved there, with an incident.</summary>
    private long Within(IConsumer<Ignore, Ignore> consumer, TopicPartition partition, SilverWriter writer, long fence)
    {
        var kept = consumer.QueryWatermarkOffsets(partition, QueryTimeout);
        if (fence >= kept.Low && fence <= kept.High)
            return fence;

        var reason = fence < kept.Low
            ? $"{partition}: offsets {fence} to {kept.Low.Value - 1} were deleted from Kafka before they were read"
            : $"{partition}: Kafka ends at offset {kept.High.Value}, {fence} was expected: the topic was made anew; reading it from offset {kept.Low.Value}";
        if (fence > 0 || kept.Low > 0)
            LogSkipped(reason);
        return Wait(cancel => writer.SkipAsync(fence, kept.Low, reason, cancel)) ? kept.Low.Value : Wait(writer.TakeOverAsync);
    }

    // Kafka's rebalance callbacks are synchronous; a database that does not answer within the time fails the assignment, and the consumer
    // is built anew later.
    private static T Wait<T>(Func<CancellationToken, Task<T>> read)
    {
        using var limit = new CancellationTokenSource(QueryTimeout);
        return Task.Run(() => read(limit.Token)).WaitAsync(limit.Token).GetAwaiter().GetResult(); // Npgsql waits for a frozen server's greeting without an end
    }

    private void Drop(IEnumerable<int> partitions)
    {
        var dropped = partitions.Where(_owned.ContainsKey).ToList();
        foreach (var partition in dropped)
        {
            _owned[partition].Pipeline.Stop();
            _owned[partition].Reader.Stop();
        }

        foreach (var partition in dropped)
        {
            _owned[partition].Reader.Join();
            _owned.Remove(partition);
        }

        metrics.Owns(_owned.Count);
        LogRevoked(string.Join(", ", dropped));
    }

    private void StoreSafeOffsets(IConsumer<Ignore, Ignore> consumer)
    {
        while (_safe.TryDequeue(out var offset))
        {
            if (_owned.ContainsKey(offset.Partition))
                consumer.StoreOffset(offset);
        }
    }

    private void Report(Error error)
    {
        if (error.IsFatal || error.Code is ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Transport)
        {
            health.Trouble("kafka", error.Reason);
            _brokerIsAway = !error.IsFatal;
        }

        LogKafka(error.Reason);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Assigned (partition@offset): {Partitions}")]
    private partial void LogAssigned(string partitions);

    [LoggerMessage(Level = LogLevel.Information, Message = "Revoked: {Partitions}")]
    private partial void LogRevoked(string partitions);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason}")]
    private partial void LogSkipped(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka: {Reason}")]
    private partial void LogKafka(string reason);
}
