using Confluent.Kafka;
using CryptoAspire.Testing;

namespace CryptoAspire.LocalKafka.Tests.Scenarios;

/// <summary>Consumer groups, positions and offsets with Confluent.Kafka.</summary>
public sealed class ConfluentGroupScenarios(BrokerFixture fixture) : IClassFixture<BrokerFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Recent, or retention would be right to delete what carries it.
    private static readonly long HourAgo = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds();

    private string Bootstrap => fixture.Bootstrap;

    private ConsumerConfig Config(string group) => new()
    {
        BootstrapServers = Bootstrap, GroupId = group, AutoOffsetReset = AutoOffsetReset.Earliest, EnableAutoCommit = false, SessionTimeoutMs = 6_000, HeartbeatIntervalMs = 300,
    };

    private async Task<string> Topic(string name, int partitions = 1, int messages = 0)
    {
        var topic = BrokerFixture.Fresh(name);
        await ConfluentAdmin.CreateTopicAsync(Bootstrap, topic, partitions);
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = Bootstrap }).Build();
        for (var i = 0; i < messages; i++) producer.Produce(new TopicPartition(topic, i % partitions), new() { Value = $"{i}", Timestamp = new Timestamp(HourAgo + i * 1_000, TimestampType.CreateTime) });
        Assert.Equal(0, producer.Flush(Patience));
        return topic;
    }

    private sealed class Member : IDisposable
    {
        private readonly IConsumer<Ignore, string> _consumer;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _loop;
        private volatile HashSet<int> _partitions = [];

        public Member(ConsumerConfig config, string topic)
        {
            _consumer = new ConsumerBuilder<Ignore, string>(config)
                .SetPartitionsAssignedHandler((_, given) => { Revocations.Add($"+{given.Count}"); _partitions = [.. _partitions, .. given.Select(p => p.Partition.Value)]; })
                .SetPartitionsRevokedHandler((_, taken) => { Revocations.Add($"-{taken.Count}"); _partitions = [.. _partitions.Except(taken.Select(p => p.Partition.Value))]; })
                .SetPartitionsLostHandler((_, lost) => _partitions = [.. _partitions.Except(lost.Select(p => p.Partition.Value))])
                .Build();
            _consumer.Subscribe(topic);
            _loop = Task.Factory.StartNew(() =>
            {
                while (!_stop.IsCancellationRequested) _consumer.Consume(TimeSpan.FromMilliseconds(50));
            }, TaskCreationOptions.LongRunning);
        }

        public HashSet<int> Partitions => _partitions;

        public List<string> Revocations { get; } = [];

        public void Dispose()
        {
            _stop.Cancel();
            _loop.Wait();
            _consumer.Close();
            _consumer.Dispose();
        }
    }

    [Theory]
    [InlineData(PartitionAssignmentStrategy.Range)]
    [InlineData(PartitionAssignmentStrategy.RoundRobin)]
    [InlineData(PartitionAssignmentStrategy.CooperativeSticky)]
    public async Task Members_share_all_partitions_while_they_come_and_go(PartitionAssignmentStrategy strategy)
    {
        var (topic, group) = (await Topic("share", 6), BrokerFixture.Fresh("g"));
        var config = Config(group);
        config.PartitionAssignmentStrategy = strategy;
        var members = new List<Member>();
        try
        {
            foreach (var size in new[] { 1, 2, 3 })
            {
                members.Add(new Member(config, topic));
                await Eventually.True(() => Shared(members, 6), Patience);
                Assert.All(members, m => Assert.Equal(6 / size, m.Partitions.Count));
            }

            if (strategy == PartitionAssignmentStrategy.CooperativeSticky) Assert.DoesNotContain("-6", members[0].Revocations);
            members[1].Dispose();
            members.RemoveAt(1);
            await Eventually.True(() => Shared(members, 6), Patience);
        }
        finally
        {
            foreach (var member in members) member.Dispose();
        }
    }

    private static bool Shared(List<Member> members, int partitions) =>
        members.Sum(m => m.Partitions.Count) == partitions && members.SelectMany(m => m.Partitions).Distinct().Count() == partitions && members.All(m => Math.Abs(m.Partitions.Count - partitions / members.Count) <= 1);

    [Fact]
    public async Task A_static_member_restarts_without_a_rebalance_of_the_others()
    {
        var (topic, group) = (await Topic("static", 4), BrokerFixture.Fresh("g"));
        ConsumerConfig Named(string name) => new(Config(group)) { GroupInstanceId = name, SessionTimeoutMs = 20_000 };
        using var steady = new Member(Named("steady"), topic);
        var restarting = new Member(Named("restarting"), topic);
        await Eventually.True(() => Shared([steady, restarting], 4), Patience);
        var (own, events) = (restarting.Partitions, steady.Revocations.Count);
        restarting.Dispose();
        using var again = new Member(Named("restarting"), topic);
        await Eventually.True(() => again.Partitions.SetEquals(own), Patience);
        Assert.Equal(events, steady.Revocations.Count);
    }

    [Fact]
    public async Task Committed_offsets_stored_offsets_and_positions_agree()
    {
        var (topic, group) = (await Topic("offsets", 1, 10), BrokerFixture.Fresh("g"));
        var partition = new TopicPartition(topic, 0);
        using (var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig(Config(group)) { EnableAutoOffsetStore = false }).Build())
        {
            consumer.Assign(partition);
            Assert.Equal(Offset.Unset, consumer.Committed([partition], Patience).Single().Offset);
            for (var i = 0; i < 4; i++) consumer.StoreOffset(consumer.Consume(Patience)!);
            Assert.Equal(4, consumer.Position(partition).Value);
            Assert.Equal(4, consumer.Commit().Single().Offset.Value);
            consumer.Commit([new TopicPartitionOffset(partition, 3)]);
            Assert.Equal(3, consumer.Committed([partition], Patience).Single().Offset.Value);
            consumer.Close();
        }

        using var next = new ConsumerBuilder<Ignore, string>(Config(group)).Build();
        next.Subscribe(topic);
        Assert.Equal("3", next.Consume(Patience)!.Message.Value);
        next.Close();
    }

    [Fact]
    public async Task Offsets_by_time_watermarks_seek_and_pause_work()
    {
        var topic = await Topic("positions", 1, 10);
        var partition = new TopicPartition(topic, 0);
        using var consumer = new ConsumerBuilder<Ignore, string>(Config(BrokerFixture.Fresh("g"))).Build();
        consumer.Assign(new TopicPartitionOffset(partition, Offset.Beginning));
        Assert.Equal("0", consumer.Consume(Patience)!.Message.Value);
        var times = consumer.OffsetsForTimes([new TopicPartitionTimestamp(partition, new Timestamp(HourAgo + 4_500, TimestampType.CreateTime))], Patience);
        Assert.Equal(5, times.Single().Offset.Value);
        var marks = consumer.QueryWatermarkOffsets(partition, Patience);
        Assert.Equal((0L, 10L), (marks.Low.Value, marks.High.Value));
        consumer.Seek(new TopicPartitionOffset(partition, 8));
        Assert.Equal("8", consumer.Consume(Patience)!.Message.Value);
        consumer.Pause([partition]);
        Assert.Null(consumer.Consume(TimeSpan.FromMilliseconds(700)));
        consumer.Resume([partition]);
        Assert.Equal("9", consumer.Consume(Patience)!.Message.Value);
        consumer.Close();
    }

    [Fact]
    public async Task A_waiting_consumer_gets_a_record_within_milliseconds_of_its_append()
    {
        var topic = await Topic("prompt");
        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig(Config(BrokerFixture.Fresh("g"))) { FetchWaitMaxMs = 5_000 }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        Assert.Null(consumer.Consume(TimeSpan.FromSeconds(1)));
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = Bootstrap, LingerMs = 0 }).Build();
        await producer.ProduceAsync(topic, new() { Value = "now" });
        // The parked fetch has seconds left to wait: only a wake-up by the append can answer it within two.
        Assert.Equal("now", consumer.Consume(Patience)?.Message.Value);
        consumer.Close();
    }

    [Fact]
    public async Task A_member_that_stops_polling_loses_its_partitions_and_its_commit_is_refused()
    {
        var (topic, group) = (await Topic("stalled", 2, 4), BrokerFixture.Fresh("g"));
        var config = Config(group);
        using var stalled = new ConsumerBuilder<Ignore, string>(new ConsumerConfig(config) { MaxPollIntervalMs = 6_000 }).Build();
        stalled.Subscribe(topic);
        var read = stalled.Consume(Patience)!;
        using var other = new Member(config, topic);
        await Eventually.True(() => other.Partitions.Count == 2, Patience);
        Assert.ThrowsAny<KafkaException>(() => stalled.Commit([new TopicPartitionOffset(read.TopicPartition, read.Offset + 1)]));
    }
}
