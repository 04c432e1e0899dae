using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace CryptoAspire.LocalKafka.Tests.Scenarios;

/// <summary>The admin calls of docs/kafka.md §5.2 that are safe with the compatibility delegates.</summary>
public sealed class ConfluentAdminScenarios(BrokerFixture fixture) : IClassFixture<BrokerFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private string Bootstrap => fixture.Bootstrap;

    private static ConfigResource TopicResource(string topic) => new() { Type = ResourceType.Topic, Name = topic };

    [Fact]
    public async Task Topics_are_created_extended_and_deleted()
    {
        using var admin = ConfluentAdmin.Build(Bootstrap);
        var topic = BrokerFixture.Fresh("admin");
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 3, ReplicationFactor = 1 }]);
        Assert.Equal(3, admin.GetMetadata(topic, Patience).Topics.Single().Partitions.Count);
        var again = await Assert.ThrowsAsync<CreateTopicsException>(() => admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 3, ReplicationFactor = 1 }]));
        Assert.Equal(ErrorCode.TopicAlreadyExists, again.Results.Single().Error.Code);
        await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = 5 }]);
        Assert.Equal(5, admin.GetMetadata(topic, Patience).Topics.Single().Partitions.Count);
        await Assert.ThrowsAsync<CreatePartitionsException>(() => admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = 2 }]));
        await admin.DeleteTopicsAsync([topic]);
        Assert.DoesNotContain(admin.GetMetadata(Patience).Topics, t => t.Topic == topic);
    }

    [Fact]
    public async Task Validate_only_creates_nothing()
    {
        using var admin = ConfluentAdmin.Build(Bootstrap);
        var topic = BrokerFixture.Fresh("validate");
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }], new CreateTopicsOptions { ValidateOnly = true });
        Assert.DoesNotContain(admin.GetMetadata(Patience).Topics, t => t.Topic == topic);
    }

    [Theory]
    [InlineData("no.such.config", "1")]
    [InlineData("retention.ms", "soon")]
    [InlineData("max.message.bytes", "-5")]
    public async Task A_config_that_is_not_honoured_or_not_valid_is_refused_by_name(string name, string value)
    {
        using var admin = ConfluentAdmin.Build(Bootstrap);
        var specification = new TopicSpecification { Name = BrokerFixture.Fresh("bad"), NumPartitions = 1, ReplicationFactor = 1, Configs = new() { [name] = value } };
        var refused = await Assert.ThrowsAsync<CreateTopicsException>(() => admin.CreateTopicsAsync([specification]));
        var error = refused.Results.Single().Error;
        Assert.Equal(ErrorCode.InvalidConfig, error.Code);
        Assert.Contains(name, error.Reason);
    }

    [Fact]
    public async Task More_replicas_than_brokers_are_refused()
    {
        using var admin = ConfluentAdmin.Build(Bootstrap);
        var refused = await Assert.ThrowsAsync<CreateTopicsException>(() => admin.CreateTopicsAsync([new TopicSpecification { Name = BrokerFixture.Fresh("r3"), NumPartitions = 1, ReplicationFactor = 3 }]));
        Assert.Equal(ErrorCode.InvalidReplicationFactor, refused.Results.Single().Error.Code);
    }

    [Fact]
    public async Task Configs_are_described_altered_and_set_back()
    {
        using var admin = ConfluentAdmin.Build(Bootstrap);
        var topic = BrokerFixture.Fresh("config");
        await ConfluentAdmin.CreateTopicAsync(Bootstrap, topic, 1, new() { ["retention.ms"] = "3600000" });
        async Task<Dictionary<string, ConfigEntryResult>> Read() => (await admin.DescribeConfigsAsync([TopicResource(topic)])).Single().Entries;
        var entries = await Read();
        Assert.Equal(("3600000", false), (entries["retention.ms"].Value, entries["retention.ms"].IsDefault));
        Assert.True(entries["max.message.bytes"].IsDefault);
        await admin.AlterConfigsAsync(new() { [TopicResource(topic)] = [new() { Name = "max.message.bytes", Value = "50000" }] });
        entries = await Read();
        Assert.Equal("50000", entries["max.message.bytes"].Value);
        Assert.True(entries["retention.ms"].IsDefault, "AlterConfigs replaces the whole set (KIP-133)");
        await Assert.ThrowsAnyAsync<KafkaException>(() => admin.AlterConfigsAsync(new() { [TopicResource(topic)] = [new() { Name = "no.such.config", Value = "1" }] }));
        var broker = (await admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Broker, Name = "0" }])).Single().Entries;
        Assert.NotEmpty(broker);
    }

    [Fact]
    public async Task Records_are_deleted_up_to_an_offset()
    {
        using var admin = ConfluentAdmin.Build(Bootstrap);
        var topic = BrokerFixture.Fresh("delete");
        await ConfluentAdmin.CreateTopicAsync(Bootstrap, topic);
        using (var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = Bootstrap }).Build())
            for (var i = 0; i < 10; i++) await producer.ProduceAsync(topic, new() { Value = $"{i}" });
        var deleted = await admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, 0, 6)]);
        Assert.Equal(6, deleted.Single().Offset.Value);
        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig { BootstrapServers = Bootstrap, GroupId = "x", AutoOffsetReset = AutoOffsetReset.Earliest }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, 0));
        Assert.Equal("6", consumer.Consume(Patience)!.Message.Value);
        await Assert.ThrowsAsync<DeleteRecordsException>(() => admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, 0, 100)]));
    }

    [Fact]
    public async Task Groups_are_listed_described_altered_and_deleted()
    {
        using var admin = ConfluentAdmin.Build(Bootstrap);
        var (topic, group) = (BrokerFixture.Fresh("groups"), BrokerFixture.Fresh("g"));
        await ConfluentAdmin.CreateTopicAsync(Bootstrap, topic, 2);
        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig { BootstrapServers = Bootstrap, GroupId = group, AutoOffsetReset = AutoOffsetReset.Earliest, EnableAutoCommit = false }).Build();
        consumer.Subscribe(topic);
        for (var end = DateTime.UtcNow + Patience; consumer.Assignment.Count < 2 && DateTime.UtcNow < end;) consumer.Consume(TimeSpan.FromMilliseconds(100));
        consumer.Commit([new TopicPartitionOffset(topic, 0, 0)]);
        Assert.Contains((await admin.ListConsumerGroupsAsync()).Valid, g => g.GroupId == group);
        var described = await ConfluentAdmin.DescribeGroupAsync(Bootstrap, group);
        Assert.Equal((ConsumerGroupState.Stable, 1), (described.State, described.Members.Count));
        Assert.Equal(2, described.Members[0].Assignment.TopicPartitions.Count);
        var busy = await Assert.ThrowsAsync<DeleteGroupsException>(() => admin.DeleteGroupsAsync([group]));
        Assert.Equal(ErrorCode.NonEmptyGroup, busy.Results.Single().Error.Code);
        consumer.Close();
        await admin.AlterConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitionOffsets(group, [new TopicPartitionOffset(topic, 1, 7)])]);
        var offsets = (await admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(group, null)])).Single().Partitions;
        Assert.Equal(7, offsets.Single(o => o.Partition == 1).Offset.Value);
        await admin.DeleteConsumerGroupOffsetsAsync(group, [new TopicPartition(topic, 1)]);
        offsets = (await admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(group, null)])).Single().Partitions;
        Assert.DoesNotContain(offsets, o => o.Partition == 1 && o.Offset.Value == 7);
        await admin.DeleteGroupsAsync([group]);
        Assert.DoesNotContain((await admin.ListConsumerGroupsAsync()).Valid, g => g.GroupId == group);
    }
}
