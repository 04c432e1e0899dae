using Confluent.Kafka;
using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using CryptoAspire.Producer.Venues;
using CryptoAspire.ServiceDefaults.Kafka;

namespace CryptoAspire.Producer.Kafka;

/// <summary>
/// Where an earlier run of the producer ended, read from the ends of the topic's partitions: the newest trade of each source and symbol.
/// Bronze itself is the memory, so there is nothing that could disagree with it.
/// </summary>
public sealed partial class BronzeTail(Func<IConsumer<byte[], byte[]>> open, TimeProvider clock, ILogger<BronzeTail> logger)
{
    // Enough to hold the last trade of every symbol of a partition, a quiet one beside a busy one included; about 20 MB for all partitions.
    private const int RecordsPerPartition = 5_000, RecordsPerTake = 1_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15), Call = TimeSpan.FromSeconds(5);

    /// <summary>Newest trades by source, then by canonical symbol.</summary>
    /// <exception cref="KafkaException">Kafka cannot be read.</exception>
    public IReadOnlyDictionary<string, Dictionary<string, TradeCursor>> Read(CancellationToken cancellation)
    {
        var newest = new Dictionary<string, Dictionary<string, TradeCursor>>();
        var started = clock.GetTimestamp();
        using var consumer = open();
        var reader = new BronzeReader();

        // 1. The last records of each partition.
        var ends = new Dictionary<Partition, Offset>();
        var starts = new List<TopicPartitionOffset>();
        foreach (var partition in Partitions(consumer))
        {
            var at = new TopicPartition(BronzeTopics.Prices, partition);
            var bounds = consumer.QueryWatermarkOffsets(at, Call);
            if (bounds.High <= bounds.Low) continue;
            ends[partition] = bounds.High;
            starts.Add(new TopicPartitionOffset(at, Math.Max(bounds.Low, bounds.High - RecordsPerPartition)));
        }
        if (starts.Count == 0) return newest;

        // 2. Read them all, where librdkafka has them: a start has no time for an object of each.
        var queues = starts.ConvertAll(s => (s.Partition, Queue: PartitionQueue.Open(consumer.Handle, s.Topic, s.Partition, RecordsPerTake)));
        var records = 0;
        try
        {
            consumer.Assign(starts);
            foreach (var (partition, queue) in queues)
            {
                var end = ends[partition];
                PartitionQueue.RecordHandler take = (offset, key, value) =>
                {
                    if (offset >= end - 1) ends.Remove(partition);
                    if (reader.TryRead(value, out var record, out _) && record.Kind == BronzeKind.Trade) Take(record);
                };
                while (ends.ContainsKey(partition) && clock.GetElapsedTime(started) < Limit)
                {
                    cancellation.ThrowIfCancellationRequested();
                    records += queue.Take(RecordsPerTake, TimeSpan.FromMilliseconds(200), take);
                }
            }
        }
        finally
        {
            queues.ForEach(static q => q.Queue.Dispose());
        }
        if (ends.Count > 0) LogUnfinished(ends.Count);
        LogRecovered(newest.Sum(s => s.Value.Count), records, clock.GetElapsedTime(started).TotalMilliseconds);
        return newest;

        void Take(in BronzeRecord record)
        {
            if (!newest.TryGetValue(record.Source, out var symbols)) newest[record.Source] = symbols = [];
            if (!symbols.TryGetValue(record.Symbol.Name, out var known) || IsNewer(record, known)) symbols[record.Symbol.Name] = new TradeCursor(record.TradeId, record.EventTimeUs);
        }
    }

    /// <summary>By id where ids count, else by time.</summary>
    private static bool IsNewer(in BronzeRecord record, TradeCursor known) =>
        Venue.OfSource(record.Source).ContiguousTradeIds ? record.TradeId > known.TradeId : record.EventTimeUs > known.EventTimeUs;

    private static List<int> Partitions(IConsumer<byte[], byte[]> consumer)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        return [.. admin.GetMetadata(BronzeTopics.Prices, Call).Topics.SelectMany(t => t.Partitions).Select(p => p.PartitionId)];
    }

    [LoggerMessage(LogLevel.Information, "Bronze holds trades of {Series} series; read {Records} records from its end in {Milliseconds:0} ms")]
    private partial void LogRecovered(int series, int records, double milliseconds);

    [LoggerMessage(LogLevel.Warning, "The ends of {Partitions} partitions could not be read in time: what was missed there while the producer was away stays unknown")]
    private partial void LogUnfinished(int partitions);
}
