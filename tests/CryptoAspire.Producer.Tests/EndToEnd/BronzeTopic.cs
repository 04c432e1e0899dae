using Confluent.Kafka;
using CryptoAspire.Market.Bronze;
using CryptoAspire.Producer.Kafka;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.EndToEnd;

/// <summary>What stands in the topics, read from their beginning by an ordinary client.</summary>
internal sealed class BronzeTopic : IDisposable
{
    private readonly IConsumer<byte[], byte[]> consumer;
    private readonly BronzeReader reader = new();

    public BronzeTopic(string bootstrap, string topic = BronzeTopics.Prices)
    {
        CryptoAspire.ServiceDefaults.Kafka.KafkaNativeLibrary.Initialize();
        consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "test", EnableAutoCommit = false }).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        Partitions = admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics.Single().Partitions.Count;
        consumer.Assign(Enumerable.Range(0, Partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)));
    }

    public int Partitions { get; }

    public List<ConsumeResult<byte[], byte[]>> Raw { get; } = [];

    public List<BronzeRecord> Trades { get; } = [];

    /// <summary>Reads on until enough distinct trades are there.</summary>
    public void ReadUntil(Func<BronzeTopic, bool> enough, int seconds = 60)
    {
        var deadline = DateTime.UtcNow.AddSeconds(seconds);
        while (!enough(this))
        {
            if (DateTime.UtcNow > deadline) throw new TimeoutException($"Only {Trades.Count} trades in {Raw.Count} records");
            for (var result = consumer.Consume(200); result is not null; result = consumer.Consume(0)) Add(result);
        }
    }

    public int Distinct(string symbol) => Trades.Where(t => t.Symbol.Name == symbol).Select(t => t.TradeId).Distinct().Count();

    public void Dispose() => consumer.Dispose();

    private void Add(ConsumeResult<byte[], byte[]> result)
    {
        Raw.Add(result);
        if (!reader.TryRead(result.Message.Value, out var record, out var reason)) throw new InvalidOperationException($"Bronze holds what the processor refuses: {reason}");
        if (record.Kind == BronzeKind.Trade) Trades.Add(record);
    }
}
