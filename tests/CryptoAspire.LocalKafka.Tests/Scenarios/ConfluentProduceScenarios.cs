using Confluent.Kafka;

namespace CryptoAspire.LocalKafka.Tests.Scenarios;

/// <summary>docs/kafka.md §5.2 with Confluent.Kafka 2.15.1 over the librdkafka of this machine: producing and reading back.</summary>
public sealed class ConfluentProduceScenarios(BrokerFixture fixture) : IClassFixture<BrokerFixture>
{
    // Recent, or retention would be right to delete what carries it.
    private static readonly long HourAgo = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds();

    private string Bootstrap => fixture.Bootstrap;

    private IProducer<string, string> Producer(Action<ProducerConfig>? configure = null)
    {
        var config = new ProducerConfig { BootstrapServers = Bootstrap, Acks = Acks.All, LingerMs = 2 };
        configure?.Invoke(config);
        return new ProducerBuilder<string, string>(config).Build();
    }

    private List<ConsumeResult<string, string>> ReadAll(string topic, int count, IsolationLevel isolation = IsolationLevel.ReadUncommitted)
    {
        using var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig { BootstrapServers = Bootstrap, GroupId = BrokerFixture.Fresh("read"), IsolationLevel = isolation, EnablePartitionEof = true, EnableAutoCommit = false }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        var read = new List<ConsumeResult<string, string>>();
        for (var end = DateTime.UtcNow.AddSeconds(60); DateTime.UtcNow < end;)
        {
            var result = consumer.Consume(TimeSpan.FromSeconds(1));
            if (result is null) continue;
            if (result.IsPartitionEOF) break;
            read.Add(result);
        }

        consumer.Close();
        Assert.Equal(count, read.Count);
        return read;
    }

    private async Task<string> Topic(string name, Dictionary<string, string>? configs = null)
    {
        var topic = BrokerFixture.Fresh(name);
        await ConfluentAdmin.CreateTopicAsync(Bootstrap, topic, 1, configs);
        return topic;
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task Keys_headers_timestamps_and_offsets_come_back_as_they_were_sent(CompressionType compression)
    {
        var topic = await Topic("produce");
        using var producer = Producer(c => c.CompressionType = compression);
        var sent = new List<Task<DeliveryResult<string, string>>>();
        for (var i = 0; i < 300; i++)
        {
            var headers = new Headers { { "n", BitConverter.GetBytes(i) } };
            sent.Add(producer.ProduceAsync(topic, new() { Key = $"k{i}", Value = new string('v', 100) + i, Headers = headers, Timestamp = new Timestamp(HourAgo + i, TimestampType.CreateTime) }));
        }

        var delivered = await Task.WhenAll(sent);
        Assert.All(delivered, d => Assert.Equal((PersistenceStatus.Persisted, TimestampType.CreateTime), (d.Status, d.Timestamp.Type)));
        Assert.Equal(Enumerable.Range(0, 300).Select(i => (long)i), delivered.Select(d => d.Offset.Value));
        foreach (var (m, i) in ReadAll(topic, 300).Select((m, i) => (m, i)))
        {
            Assert.Equal(($"k{i}", new string('v', 100) + i, (long)i), (m.Message.Key, m.Message.Value, m.Offset.Value));
            Assert.Equal(HourAgo + i, m.Message.Timestamp.UnixTimestampMs);
            Assert.Equal(i, BitConverter.ToInt32(m.Message.Headers[0].GetValueBytes()));
        }
    }

    [Fact]
    public async Task With_log_append_time_the_broker_stamps_the_records()
    {
        var topic = await Topic("append-time", new() { ["message.timestamp.type"] = "LogAppendTime" });
        using var producer = Producer();
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var delivered = await producer.ProduceAsync(topic, new() { Key = "k", Value = "v", Timestamp = new Timestamp(1_000, TimestampType.CreateTime) });
        Assert.InRange(delivered.Timestamp.UnixTimestampMs, before, before + 10_000);
        var read = Assert.Single(ReadAll(topic, 1));
        Assert.Equal(TimestampType.LogAppendTime, read.Message.Timestamp.Type);
        Assert.InRange(read.Message.Timestamp.UnixTimestampMs, before, before + 10_000);
    }

    [Fact]
    public async Task A_message_above_the_topics_limit_is_refused_and_the_next_one_is_taken()
    {
        var topic = await Topic("limit", new() { ["max.message.bytes"] = "20000" });
        using var producer = Producer();
        var refused = await Assert.ThrowsAsync<ProduceException<string, string>>(() => producer.ProduceAsync(topic, new() { Key = "k", Value = new string('x', 50_000) }));
        Assert.Equal(ErrorCode.MsgSizeTooLarge, refused.Error.Code);
        Assert.Equal(0, (await producer.ProduceAsync(topic, new() { Key = "k", Value = "small" })).Offset.Value);
    }
}
