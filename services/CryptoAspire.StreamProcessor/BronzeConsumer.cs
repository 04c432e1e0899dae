using System.Collections.Concurrent;
using Confluent.Kafka;
using CryptoAspire.Market.Bronze;
using CryptoAspire.Storage.Silver;
using CryptoAspire.StreamProcessor.Health;

namespace CryptoAspire.StreamProcessor;

/// <summary>
/// One consumer's life: polls, hands the records to their partitions' pipelines, follows the group's assignments. The group only assigns;
/// where to read from is the fence's word, never Kafka's committed offset (that one is kept for the usual lag tools).
/// </summary>
internal sealed partial class BronzeConsumer(
    ConsumerConfig config,
    SilverOptions options,
    Func<int, SilverWriter> writerOf,
    Func<int, SilverWriter, Action<long>, Action<long>, PartitionPipeline> pipelineOf,
    SilverHealth health,
    ILogger logger)
{
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(500);

    private readonly BronzeReader _reader = new();
    private readonly Dictionary<int, PartitionPipeline> _pipelines = [];
    private readonly Dictionary<int, SilverWriter> _writers = [];
    private readonly ConcurrentQueue<(int Partition, long Offset)> _seeks = new();
    private readonly ConcurrentQueue<TopicPartitionOffset> _safe = new();

    /// <summary>Polls until stopped or until the consumer is beyond repair; blocks its thread.</summary>
    /// <exception cref="KafkaException">The consumer must be built anew, or an assignment could not be served.</exception>
    public void Run(CancellationToken stop)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config)
            .SetPartitionsAssignedHandler(Assigned)
            .SetPartitionsRevokedHandler((_, partitions) => Drop(partitions))
            .SetPartitionsLostHandler((_, partitions) => Drop(partitions))
            .SetErrorHandler((_, error) => Report(error))
            .SetLogHandler(static (_, _) => { })
            .Build();
        try
        {
            consumer.Subscribe(options.Topic);
            while (!stop.IsCancellationRequested)
            {
                Seek(consumer);
                StoreSafeOffsets(consumer);
                Poll(consumer, stop);
            }
        }
        finally
        {
            foreach (var pipeline in _pipelines.Values)
                pipeline.Stop();
            consumer.Close();
        }
    }

    private void Poll(IConsumer<byte[], byte[]> consumer, CancellationToken stop)
    {
        ConsumeResult<byte[], byte[]>? result;
        try
        {
            result = consumer.Consume(PollTimeout);
        }
        catch (ConsumeException failure) when (failure.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
        {
            // Retention overtook us, or the topic was made anew: the fence and an incident settle where to go on.
            var at = failure.ConsumerRecord.TopicPartition;
            if (_writers.TryGetValue(at.Partition, out var writer))
                _seeks.Enqueue((at.Partition, FenceOf(consumer, at, writer)));
            return;
        }
        catch (ConsumeException failure) when (!failure.Error.IsFatal)
        {
            Report(failure.Error);
            return;
        }

        if (result is null || !_pipelines.TryGetValue(result.Partition, out var pipeline))
            return;
        health.Clear("kafka");
        if (pipeline.IsFull)
            WaitForRoom(consumer, pipeline, stop);
        pipeline.Add(_reader, result.Offset, result.Message.Key, result.Message.Value);
    }

    /// <summary>
    /// Back-pressure. Usually the commit at hand ends soon and all partitions just wait for it; when it does not (PostgreSQL is away) the
    /// partitions are paused, so that the group still sees us poll.
    /// </summary>
    private void WaitForRoom(IConsumer<byte[], byte[]> consumer, PartitionPipeline pipeline, CancellationToken stop)
    {
        if (SpinWait.SpinUntil(() => !pipeline.IsFull || stop.IsCancellationRequested, ShortWait))
            return;

        var paused = consumer.Assignment;
        consumer.Pause(paused);
        while (pipeline.IsFull && !stop.IsCancellationRequested && _pipelines.ContainsValue(pipeline))
        {
            // Nothing comes from paused partitions but what was assigned meanwhile; the pipeline takes it even over its limit.
            if (consumer.Consume(PollTimeout) is { } result && _pipelines.TryGetValue(result.Partition, out var other))
                other.Add(_reader, result.Offset, result.Message.Key, result.Message.Value);
        }

        consumer.Resume(consumer.Assignment);
    }

    private IEnumerable<TopicPartitionOffset> Assigned(IConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions)
    {
        var starts = new List<TopicPartitionOffset>();
        foreach (var assigned in partitions)
        {
            var partition = assigned.Partition.Value;
            var writer = writerOf(partition);
            var fence = FenceOf(consumer, assigned, writer);
            var pipeline = pipelineOf(
                partition,
                writer,
                offset => _safe.Enqueue(new TopicPartitionOffset(assigned, offset)),
                offset => _seeks.Enqueue((partition, offset)));
            _writers[partition] = writer;
            _pipelines[partition] = pipeline;
            _ = pipeline.RunAsync(fence);
            starts.Add(new TopicPartitionOffset(assigned, fence));
        }

        health.Clear("start");
        health.Clear("kafka");
        LogAssigned(string.Join(", ", starts.Select(static start => $"{start.Partition.Value}@{start.Offset.Value}")));
        return starts;
    }

    /// <summary>Where to read from; a fence outside of what Kafka has is moved there, with an incident.</summary>
    private long FenceOf(IConsumer<byte[], byte[]> consumer, TopicPartition partition, SilverWriter writer)
    {
        var kept = consumer.QueryWatermarkOffsets(partition, QueryTimeout);
        var fence = Wait(writer.TakeOverAsync);
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
        return Task.Run(() => read(limit.Token)).GetAwaiter().GetResult();
    }

    private void Drop(List<TopicPartitionOffset> partitions)
    {
        foreach (var dropped in partitions)
        {
            if (_pipelines.Remove(dropped.Partition, out var pipeline))
                pipeline.Stop();
            _writers.Remove(dropped.Partition);
        }

        LogRevoked(string.Join(", ", partitions.Select(static dropped => dropped.Partition.Value)));
    }

    private void Seek(IConsumer<byte[], byte[]> consumer)
    {
        while (_seeks.TryDequeue(out var seek))
        {
            if (!_pipelines.TryGetValue(seek.Partition, out var pipeline))
                continue;
            pipeline.Restart(seek.Offset);
            consumer.Seek(new TopicPartitionOffset(options.Topic, seek.Partition, seek.Offset));
        }
    }

    private void StoreSafeOffsets(IConsumer<byte[], byte[]> consumer)
    {
        while (_safe.TryDequeue(out var offset))
        {
            if (_pipelines.ContainsKey(offset.Partition))
                consumer.StoreOffset(offset);
        }
    }

    private void Report(Error error)
    {
        if (error.IsFatal || error.Code is ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Transport)
            health.Trouble("kafka", error.Reason);
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
