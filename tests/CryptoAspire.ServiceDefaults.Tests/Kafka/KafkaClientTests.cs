using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace CryptoAspire.ServiceDefaults.Tests.Kafka;

/// <summary>
/// Every call of Confluent.Kafka that the project relies on, against a real broker, on whatever librdkafka is here. On
/// Debian's 2.0.2 each of them fails or hangs without the stand-ins.
/// </summary>
public sealed class KafkaClientTests(KafkaBroker broker) : IClassFixture<KafkaBroker>
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Consume_commit_position_and_offsets_for_times()
    {
        string topic = await FillAsync(10);
        using var consumer = Consumer(KafkaBroker.NewName("group"));
        consumer.Subscribe(topic);

        var results = new List<ConsumeResult<string, string>>();
        while (results.Count < 10) results.Add(consumer.Consume(Wait) ?? throw new TimeoutException());
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"value {i}"), results.Select(result => result.Message.Value));
        Assert.Equal("h", System.Text.Encoding.UTF8.GetString(results[3].Message.Headers.GetLastBytes("header")));

        var partition = results[0].TopicPartition;
        Assert.Equal(10, consumer.Position(partition).Value);
        consumer.StoreOffset(results[4]);
        Assert.Equal(5, Assert.Single(consumer.Commit()).Offset.Value);
        consumer.Commit([new TopicPartitionOffset(partition, 7)]);
        Assert.Equal(7, Assert.Single(consumer.Committed([partition], Wait)).Offset.Value);
        Assert.Equal("0 .. 10", consumer.QueryWatermarkOffsets(partition, Wait).ToString());
        var at = consumer.OffsetsForTimes([new TopicPartitionTimestamp(partition, results[6].Message.Timestamp)], Wait);
        Assert.InRange(Assert.Single(at).Offset.Value, 0, 6);
        consumer.Seek(new TopicPartitionOffset(partition, 2));
        Assert.Equal("value 2", consumer.Consume(Wait).Message.Value);
        consumer.Pause([partition]);
        consumer.Resume([partition]);
        consumer.Close();
    }

    [Fact]
    public async Task Cooperative_rebalance_hands_partitions_over_with_its_callbacks()
    {
        string topic = await FillAsync(4, partitions: 4), group = KafkaBroker.NewName("group");
        var revoked = new List<TopicPartitionOffset>();
        using var first = Consumer(group, builder => builder.SetPartitionsRevokedHandler((_, partitions) => revoked.AddRange(partitions)));
        first.Subscribe(topic);
        await PollUntilAsync(() => first.Assignment.Count == 4, first);

        using var second = Consumer(group);
        second.Subscribe(topic);
        await PollUntilAsync(() => first.Assignment.Count == 2 && second.Assignment.Count == 2, first, second);

        Assert.Equal(2, revoked.Count);
        Assert.Empty(first.Assignment.Intersect(second.Assignment));
        second.Close();
        first.Close();
    }

    [Fact]
    public async Task Transaction_is_seen_by_committed_readers_only_after_its_commit()
    {
        string topic = await FillAsync(0);
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = broker.BootstrapServers, TransactionalId = KafkaBroker.NewName("tx") }).Build();
        producer.InitTransactions(Wait);
        producer.BeginTransaction();
        await producer.ProduceAsync(topic, new() { Key = "k", Value = "aborted" });
        producer.AbortTransaction(Wait);
        producer.BeginTransaction();
        await producer.ProduceAsync(topic, new() { Key = "k", Value = "committed" });
        using var consumer = Consumer(KafkaBroker.NewName("group"));
        consumer.Subscribe(topic);
        Assert.Null(consumer.Consume(TimeSpan.FromSeconds(1)));

        producer.SendOffsetsToTransaction([new TopicPartitionOffset(topic, 0, 1)], consumer.ConsumerGroupMetadata, Wait);
        producer.CommitTransaction(Wait);

        Assert.Equal("committed", consumer.Consume(Wait).Message.Value);
        consumer.Close();
    }

    [Fact]
    public async Task Administration_of_topics_records_and_groups()
    {
        string topic = await FillAsync(5), group = KafkaBroker.NewName("group");
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.BootstrapServers }).Build();
        using (var consumer = Consumer(group))
        {
            consumer.Subscribe(topic);
            consumer.Commit(consumer.Consume(Wait));
            Assert.Equal(group, Assert.Single((await admin.DescribeConsumerGroupsAsync([group])).ConsumerGroupDescriptions).GroupId);
            Assert.Contains((await admin.ListConsumerGroupsAsync()).Valid, listing => listing.GroupId == group);
            consumer.Close();
        }
        var committed = await admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(group, null)]);
        Assert.Equal(1, Assert.Single(Assert.Single(committed).Partitions).Offset.Value);
        await admin.AlterConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitionOffsets(group, [new TopicPartitionOffset(topic, 0, 3)])]);
        Assert.Equal(2, Assert.Single(await admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, 0, 2)])).Offset.Value);
        await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = 3 }]);
        Assert.Equal(3, Assert.Single(admin.GetMetadata(topic, Wait).Topics).Partitions.Count);
        var resource = new ConfigResource { Type = ResourceType.Topic, Name = topic };
        await admin.AlterConfigsAsync(new() { [resource] = [new ConfigEntry { Name = "retention.ms", Value = "3600000" }] });
        Assert.Equal("3600000", Assert.Single(await admin.DescribeConfigsAsync([resource])).Entries["retention.ms"].Value);
        await admin.DeleteGroupsAsync([group]);
        await admin.DeleteTopicsAsync([topic]);
    }

    private async Task<string> FillAsync(int messages, int partitions = 1)
    {
        string topic = KafkaBroker.NewName("topic");
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.BootstrapServers }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }]);
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = broker.BootstrapServers, EnableIdempotence = true }).Build();
        for (int i = 0; i < messages; i++)
            await producer.ProduceAsync(topic, new() { Key = $"key {i}", Value = $"value {i}", Headers = [new Header("header", "h"u8.ToArray())] });
        return topic;
    }

    private IConsumer<string, string> Consumer(string group, Action<ConsumerBuilder<string, string>>? configure = null)
    {
        var builder = new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = broker.BootstrapServers,
            GroupId = group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
            IsolationLevel = IsolationLevel.ReadCommitted
        });
        configure?.Invoke(builder);
        return builder.Build();
    }

    private static async Task PollUntilAsync(Func<bool> condition, params IConsumer<string, string>[] consumers)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            foreach (var consumer in consumers) consumer.Consume(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
    }
}
