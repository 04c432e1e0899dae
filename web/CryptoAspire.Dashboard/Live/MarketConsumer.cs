using Confluent.Kafka;
using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;

namespace CryptoAspire.Dashboard.Live;

/// <summary>
/// Follows <c>crypto_prices</c> and <c>crypto_candles</c> from their ends. Partitions are assigned, not shared in a group: every dashboard
/// sees everything and commits nothing. When it falls far behind it jumps to the end, and the database supplies what was passed over.
/// </summary>
public sealed partial class MarketConsumer(
    IConsumer<string, byte[]> consumer, MarketState market, CandleStreams candles, MarketPublisher publisher, FeedStatus feed, TopicEnds ends, TimeProvider time, ILogger<MarketConsumer> logger)
    : BackgroundService
{
    public const string PricesTopic = "crypto_prices";
    public const string CandlesTopic = "crypto_candles";

    private const long MostBehind = 100_000;
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MetadataTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookSeldom = TimeSpan.FromSeconds(30);

    private readonly BronzeReader _reader = new();
    private readonly Dictionary<TopicPartition, long> _next = []; // offset after the last record read; -1 before the first
    private bool _reachable = true;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Factory.StartNew(() => Follow(stoppingToken), stoppingToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Follow(CancellationToken cancel)
    {
        var lookAt = 0L;
        var lookAtEndsAt = 0L;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var now = time.GetTimestamp();
                if (now >= lookAt)
                    lookAt = now + Ticks(Assign() ? LookSeldom : LookAgain);
                if (now >= lookAtEndsAt)
                {
                    lookAtEndsAt = now + Ticks(TimeSpan.FromSeconds(1));
                    LookAtTheEnds();
                }

                if (consumer.Consume(PollTime) is { Message: { } message } result)
                {
                    _next[result.TopicPartition] = result.Offset.Value + 1;
                    Apply(result.Topic, message);
                    publisher.Note();
                }
            }
            catch (KafkaException e)
            {
                if (!e.Error.IsLocalError && e.Error.Code != ErrorCode.UnknownTopicOrPart)
                    LogRefused(e.Error.Reason);
                Reachable(false, e.Error.Reason);
                cancel.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(500));
            }
        }

        consumer.Close();
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    // False while a topic is still missing: the producer and the processor make them.
    private bool Assign()
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var topics = admin.GetMetadata(MetadataTime).Topics.Where(t => t.Topic is PricesTopic or CandlesTopic && t.Error.Code == ErrorCode.NoError).ToList();
        Reachable(true, "");
        // The ends are asked for, not left to Offset.End: librdkafka resolves that some time after the assignment, and would pass over what came between.
        var added = topics.SelectMany(t => t.Partitions.Select(p => new TopicPartition(t.Topic, p.PartitionId))).Where(p => !_next.ContainsKey(p))
            .Select(p => new TopicPartitionOffset(p, consumer.QueryWatermarkOffsets(p, MetadataTime).High)).ToList();
        if (added.Count > 0)
        {
            consumer.IncrementalAssign(added);
            foreach (var start in added)
                _next[start.TopicPartition] = -1;
            LogFollowing(_next.Count);
        }

        return topics.Count == 2;
    }

    private void Apply(string topic, Message<string, byte[]> message)
    {
        if (message.Value is not { Length: > 0 } value)
            return;
        if (topic == CandlesTopic)
        {
            if (CandleCodec.TryRead(value, out var candle))
                candles.Apply(candle);
        }
        else if (_reader.TryRead(value, out var tick, out _))
        {
            // What cannot be read is the processor's to quarantine.
            market.Apply(tick);
        }
    }

    // Remembers where the partitions end, and skips what is too much to catch up with.
    private void LookAtTheEnds()
    {
        foreach (var (partition, next) in _next.ToArray())
        {
            var end = consumer.GetWatermarkOffsets(partition).High;
            if (end == Offset.Unset)
                continue;
            ends.Set(partition.Topic, partition.Partition.Value, end.Value);
            if (next < 0 || end.Value - next <= MostBehind)
                continue;
            consumer.Seek(new TopicPartitionOffset(partition, end));
            _next[partition] = end.Value;
            feed.Skip(end.Value - next);
            LogSkipped(end.Value - next, partition.Topic, partition.Partition.Value);
        }
    }

    private void Reachable(bool reachable, string reason)
    {
        feed.KafkaConnected = reachable;
        if (reachable != _reachable && !reachable)
            LogAway(reason);
        _reachable = reachable;
    }

    [LoggerMessage(LogLevel.Information, "Following {Partitions} partitions from their ends.")]
    private partial void LogFollowing(int partitions);

    [LoggerMessage(LogLevel.Warning, "Kafka cannot be read: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(LogLevel.Warning, "Kafka refused a read: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(LogLevel.Warning, "Passed over {Records} records of {Topic}/{Partition}: too far behind for a live screen.")]
    private partial void LogSkipped(long records, string topic, int partition);
}
