using Confluent.Kafka;

namespace CryptoAspire.LocalKafka.Tests.Durability;

/// <summary>Writes and reads partition 0 of a topic with a real client.</summary>
internal static class Records
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static TopicPartition Of(string topic) => new(topic, 0);

    /// <summary>Writes each value in a batch of its own and returns when all are acknowledged.</summary>
    public static async Task WriteAsync(string bootstrap, string topic, IEnumerable<string> values)
    {
        using var producer = Producer(bootstrap);
        foreach (var value in values) await producer.ProduceAsync(Of(topic), new() { Value = value });
    }

    public static IProducer<Null, string> Producer(string bootstrap, string? transactionalId = null)
    {
        var config = new ProducerConfig { BootstrapServers = bootstrap, Acks = Acks.All, LingerMs = 0, MessageTimeoutMs = 60_000, ReconnectBackoffMaxMs = 300 };
        if (transactionalId is null) config.EnableIdempotence = true;
        else config.TransactionalId = transactionalId;
        return new ProducerBuilder<Null, string>(config).SetLogHandler((_, _) => { }).Build(); // that a killed broker is gone is no news
    }

    /// <summary>Everything from <paramref name="from"/> to the end, in the order of the log.</summary>
    public static List<(long Offset, string Value)> Read(string bootstrap, string topic, IsolationLevel isolation = IsolationLevel.ReadCommitted, long from = 0)
    {
        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig
        {
            BootstrapServers = bootstrap, GroupId = "reader", IsolationLevel = isolation, EnablePartitionEof = true, EnableAutoCommit = false, AutoOffsetReset = AutoOffsetReset.Error, CheckCrcs = true,
        }).Build();
        consumer.Assign(new TopicPartitionOffset(Of(topic), from));
        var records = new List<(long, string)>();
        while (true)
        {
            var result = consumer.Consume(s_patience) ?? throw new TimeoutException($"{records.Count} records of {topic} were read, the end never came");
            if (result.IsPartitionEOF) return records;
            records.Add((result.Offset.Value, result.Message.Value));
        }
    }

    /// <summary>First and next offset as the broker tells them.</summary>
    public static (long First, long Next) Watermarks(string bootstrap, string topic)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "reader" }).Build();
        var offsets = consumer.QueryWatermarkOffsets(Of(topic), s_patience);
        return (offsets.Low.Value, offsets.High.Value);
    }

    public static void Commit(string bootstrap, string group, params TopicPartitionOffset[] offsets)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = group, EnableAutoCommit = false }).Build();
        consumer.Commit(offsets);
    }

    public static Offset Committed(string bootstrap, string group, string topic, int partition = 0)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = group }).Build();
        return consumer.Committed([new(topic, partition)], s_patience).Single().Offset;
    }

    public static IEnumerable<string> Numbered(int count, int from = 0) => Enumerable.Range(from, count).Select(i => $"value {i}");
}
