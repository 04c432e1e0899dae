using Confluent.Kafka;

namespace CryptoAspire.LocalKafka.Tests.Scenarios;

/// <summary>Transactions with Confluent.Kafka: commit, abort, consume-transform-produce, fencing, time-out.</summary>
public sealed class ConfluentTransactionScenarios(BrokerFixture fixture) : IClassFixture<BrokerFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private string Bootstrap => fixture.Bootstrap;

    private IProducer<Null, string> Transactional(string id, int timeoutMs = 60_000) =>
        new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = Bootstrap, TransactionalId = id, TransactionTimeoutMs = timeoutMs, LingerMs = 2 }).Build();

    private IConsumer<Ignore, string> Reader(string topic, IsolationLevel isolation)
    {
        var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig { BootstrapServers = Bootstrap, GroupId = BrokerFixture.Fresh("read"), IsolationLevel = isolation, EnablePartitionEof = true, EnableAutoCommit = false }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        return consumer;
    }

    private List<string> ReadToEnd(string topic, IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        using var consumer = Reader(topic, isolation);
        var read = new List<string>();
        for (var end = DateTime.UtcNow + Patience; DateTime.UtcNow < end;)
        {
            var result = consumer.Consume(TimeSpan.FromSeconds(1));
            if (result is null) continue;
            if (result.IsPartitionEOF) return read;
            read.Add(result.Message.Value);
        }

        throw new TimeoutException($"No end of {topic} in {Patience}.");
    }

    private async Task<string> Topic(string name)
    {
        var topic = BrokerFixture.Fresh(name);
        await ConfluentAdmin.CreateTopicAsync(Bootstrap, topic);
        return topic;
    }

    [Fact]
    public async Task Committed_records_are_read_and_aborted_ones_are_not()
    {
        var topic = await Topic("commit-abort");
        using var producer = Transactional(BrokerFixture.Fresh("tx"));
        producer.InitTransactions(Patience);
        for (var i = 0; i < 10; i++)
        {
            producer.BeginTransaction();
            for (var j = 0; j < 5; j++) producer.Produce(new TopicPartition(topic, 0), new() { Value = $"{i}/{j}" });
            if (i % 3 == 1)
            {
                producer.Flush(Patience);
                producer.AbortTransaction(Patience);
            }
            else producer.CommitTransaction(Patience);
        }

        var committed = Enumerable.Range(0, 10).Where(i => i % 3 != 1).SelectMany(i => Enumerable.Range(0, 5).Select(j => $"{i}/{j}"));
        Assert.Equal(committed, ReadToEnd(topic));
        Assert.Equal(50, ReadToEnd(topic, IsolationLevel.ReadUncommitted).Count);
    }

    [Fact]
    public async Task A_read_committed_consumer_that_waits_is_woken_by_the_commit()
    {
        var topic = await Topic("woken");
        using var producer = Transactional(BrokerFixture.Fresh("tx"));
        producer.InitTransactions(Patience);
        producer.BeginTransaction();
        producer.Produce(new TopicPartition(topic, 0), new() { Value = "held" });
        producer.Flush(Patience);
        using var consumer = Reader(topic, IsolationLevel.ReadCommitted);
        var end = DateTime.UtcNow.AddSeconds(2);
        while (DateTime.UtcNow < end)
        {
            var early = consumer.Consume(TimeSpan.FromMilliseconds(200));
            Assert.True(early is null || early.IsPartitionEOF, "an uncommitted record was delivered");
        }

        producer.CommitTransaction(Patience);
        for (end = DateTime.UtcNow + Patience; DateTime.UtcNow < end;)
            if (consumer.Consume(TimeSpan.FromSeconds(1)) is { IsPartitionEOF: false } result)
            {
                Assert.Equal("held", result.Message.Value);
                return;
            }

        Assert.Fail("the committed record never came");
    }

    [Fact]
    public async Task Consume_transform_produce_moves_records_and_offsets_together()
    {
        var (source, target, group) = (await Topic("source"), await Topic("target"), BrokerFixture.Fresh("g"));
        using (var seed = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = Bootstrap }).Build())
        {
            for (var i = 0; i < 30; i++) seed.Produce(source, new() { Value = $"{i}" });
            seed.Flush(Patience);
        }

        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig { BootstrapServers = Bootstrap, GroupId = group, AutoOffsetReset = AutoOffsetReset.Earliest, EnableAutoCommit = false }).Build();
        consumer.Subscribe(source);
        using var producer = Transactional(BrokerFixture.Fresh("tx"));
        producer.InitTransactions(Patience);
        for (var turn = 0; turn < 3; turn++)
        {
            producer.BeginTransaction();
            ConsumeResult<Ignore, string>? last = null;
            for (var n = 0; n < 10; n++)
            {
                last = consumer.Consume(Patience) ?? throw new TimeoutException();
                producer.Produce(new TopicPartition(target, 0), new() { Value = $"moved {last.Message.Value}" });
            }

            producer.SendOffsetsToTransaction([new(last!.TopicPartition, last.Offset + 1)], consumer.ConsumerGroupMetadata, Patience);
            if (turn == 1)
            {
                producer.Flush(Patience);
                producer.AbortTransaction(Patience);
                Assert.Equal(10, consumer.Committed([last.TopicPartition], Patience).Single().Offset.Value);
                consumer.Seek(new TopicPartitionOffset(last.TopicPartition, 10));
            }
            else producer.CommitTransaction(Patience);
        }

        Assert.Equal(20, consumer.Committed([new(source, 0)], Patience).Single().Offset.Value);
        consumer.Close();
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"moved {i}"), ReadToEnd(target));
    }

    [Fact]
    public async Task A_new_producer_with_the_same_id_fences_the_old_one_and_aborts_what_it_left_open()
    {
        var (topic, id) = (await Topic("fenced"), BrokerFixture.Fresh("tx"));
        using var zombie = Transactional(id);
        zombie.InitTransactions(Patience);
        zombie.BeginTransaction();
        zombie.Produce(new TopicPartition(topic, 0), new() { Value = "zombie" });
        zombie.Flush(Patience);
        using var heir = Transactional(id);
        heir.InitTransactions(Patience);
        heir.BeginTransaction();
        heir.Produce(new TopicPartition(topic, 0), new() { Value = "heir" });
        heir.CommitTransaction(Patience);
        var fenced = Assert.ThrowsAny<KafkaException>(() => zombie.CommitTransaction(Patience));
        Assert.True(fenced.Error.IsFatal || fenced.Error.Code is ErrorCode.Local_Fenced or ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch, fenced.Error.ToString());
        Assert.Equal(["heir"], ReadToEnd(topic));
    }

    [Fact]
    public async Task A_transaction_left_open_past_its_time_out_is_aborted_by_the_broker()
    {
        var topic = await Topic("timeout");
        using var producer = Transactional(BrokerFixture.Fresh("tx"), timeoutMs: 1_500);
        producer.InitTransactions(Patience);
        producer.BeginTransaction();
        producer.Produce(new TopicPartition(topic, 0), new() { Value = "too late" });
        producer.Flush(Patience);
        using (var other = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = Bootstrap }).Build())
            await other.ProduceAsync(new TopicPartition(topic, 0), new() { Value = "after" });
        using var consumer = Reader(topic, IsolationLevel.ReadCommitted);
        for (var end = DateTime.UtcNow + Patience; DateTime.UtcNow < end;)
            if (consumer.Consume(TimeSpan.FromSeconds(1)) is { IsPartitionEOF: false } result)
            {
                Assert.Equal("after", result.Message.Value);
                Assert.ThrowsAny<KafkaException>(() => producer.CommitTransaction(Patience));
                return;
            }

        Assert.Fail("the open transaction held the partition for ever");
    }

    [Fact]
    public void A_transaction_time_out_above_the_brokers_limit_is_refused()
    {
        using var producer = Transactional(BrokerFixture.Fresh("tx"), timeoutMs: 900_001);
        var refused = Assert.ThrowsAny<KafkaException>(() => producer.InitTransactions(Patience));
        Assert.Equal(ErrorCode.InvalidTransactionTimeout, refused.Error.Code);
    }
}
