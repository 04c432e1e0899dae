using Confluent.Kafka;
using CryptoAspire.LocalKafka.Cli;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Tests.Scenarios;
using CryptoAspire.Testing;
using ErrorCode = CryptoAspire.LocalKafka.Protocol.ErrorCode;

namespace CryptoAspire.LocalKafka.Tests.Durability;

/// <summary>What a killed broker must still know of producers and their transactions.</summary>
public sealed class TransactionRecoveryTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private static async Task<LocalKafkaProcess> StartWithAsync(string topic, params string[] arguments)
    {
        var broker = await LocalKafkaProcess.StartAsync(arguments);
        await ConfluentAdmin.CreateTopicAsync(broker.BootstrapServers, topic);
        return broker;
    }

    private static async Task WriteTransactionAsync(IProducer<Null, string> producer, string topic, bool commit, params string[] values)
    {
        producer.BeginTransaction();
        foreach (var value in values) await producer.ProduceAsync(Records.Of(topic), new() { Value = value });
        if (commit) producer.CommitTransaction(s_patience);
        else producer.AbortTransaction(s_patience);
    }

    private static string[] Values(LocalKafkaProcess broker, string topic, IsolationLevel isolation) =>
        [.. Records.Read(broker.BootstrapServers, topic, isolation).Select(r => r.Value)];

    [Theory]
    [InlineData("3600000", false)]
    [InlineData("3600000", true)]
    [InlineData("20", false)]
    public async Task Aborted_transactions_stay_invisible_after_a_crash(string flushInterval, bool loseIndex)
    {
        await using var broker = await StartWithAsync("aborted", "--flush-interval-ms", flushInterval);
        using (var producer = Records.Producer(broker.BootstrapServers, "aborter"))
        {
            producer.InitTransactions(s_patience);
            await WriteTransactionAsync(producer, "aborted", true, "a", "b");
            await WriteTransactionAsync(producer, "aborted", false, "c", "d");
            await WriteTransactionAsync(producer, "aborted", true, "e");
            await WriteTransactionAsync(producer, "aborted", false, "f");
        }

        await Task.Delay(200);
        await broker.KillAsync();
        if (loseIndex)
            foreach (var index in Directory.GetFiles(Path.Combine(broker.DataDirectory, "aborted-0"), "*.txnindex")) File.Delete(index);
        await broker.RestartAsync();
        Assert.Equal(["a", "b", "e"], Values(broker, "aborted", IsolationLevel.ReadCommitted));
        Assert.Equal(["a", "b", "c", "d", "e", "f"], Values(broker, "aborted", IsolationLevel.ReadUncommitted));
    }

    [Fact]
    public async Task A_transaction_in_flight_at_a_crash_goes_on_and_commits()
    {
        await using var broker = await StartWithAsync("inflight");
        using var producer = Records.Producer(broker.BootstrapServers, "goes-on");
        producer.InitTransactions(s_patience);
        producer.BeginTransaction();
        await producer.ProduceAsync(Records.Of("inflight"), new() { Value = "before" });
        await broker.KillAsync();
        await broker.RestartAsync();
        Assert.Empty(Values(broker, "inflight", IsolationLevel.ReadCommitted));
        await producer.ProduceAsync(Records.Of("inflight"), new() { Value = "after" });
        producer.CommitTransaction(s_patience);
        Assert.Equal(["before", "after"], Values(broker, "inflight", IsolationLevel.ReadCommitted));
    }

    [Fact]
    public async Task A_transaction_whose_producer_died_with_the_broker_is_aborted_by_its_successor_and_the_zombie_is_fenced()
    {
        await using var broker = await StartWithAsync("orphan");
        using var zombie = Records.Producer(broker.BootstrapServers, "orphan");
        zombie.InitTransactions(s_patience);
        zombie.BeginTransaction();
        await zombie.ProduceAsync(Records.Of("orphan"), new() { Value = "lost" });
        await broker.KillAsync();
        await broker.RestartAsync();
        using var successor = Records.Producer(broker.BootstrapServers, "orphan");
        successor.InitTransactions(s_patience);
        await WriteTransactionAsync(successor, "orphan", true, "kept");
        Assert.Equal(["kept"], Values(broker, "orphan", IsolationLevel.ReadCommitted));
        Assert.Equal(["lost", "kept"], Values(broker, "orphan", IsolationLevel.ReadUncommitted));
        var refused = Assert.ThrowsAny<KafkaException>(() => zombie.CommitTransaction(s_patience));
        Assert.True(refused.Error.IsFatal, refused.ToString());
        Assert.Equal(["kept"], Values(broker, "orphan", IsolationLevel.ReadCommitted));
    }

    [Fact]
    public async Task A_transaction_nobody_comes_back_for_is_aborted_when_its_time_is_up_after_the_restart()
    {
        await using var broker = await StartWithAsync("timedout");
        var config = new ProducerConfig { BootstrapServers = broker.BootstrapServers, TransactionalId = "never-back", TransactionTimeoutMs = 3_000 };
        using var producer = new ProducerBuilder<Null, string>(config).Build();
        producer.InitTransactions(s_patience);
        producer.BeginTransaction();
        await producer.ProduceAsync(Records.Of("timedout"), new() { Value = "lost" });
        await broker.KillAsync();
        await broker.RestartAsync();
        await Records.WriteAsync(broker.BootstrapServers, "timedout", ["behind"]);
        await Eventually.Passes(() =>
        {
            Assert.Equal(["behind"], Values(broker, "timedout", IsolationLevel.ReadCommitted));
            return Task.CompletedTask;
        });
    }

    /// <summary>With recovery from a snapshot (flushed) and from the bare log.</summary>
    [Theory]
    [InlineData("3600000")]
    [InlineData("20")]
    public async Task The_sequence_window_of_a_producer_survives_a_crash(string flushInterval)
    {
        await using var broker = await StartWithAsync("window", "--flush-interval-ms", flushInterval);
        using var limit = new CancellationTokenSource(s_patience);
        long producerId;
        using (var client = await BrokerClient.ConnectAsync("127.0.0.1", broker.Port, limit.Token))
        {
            producerId = (await client.AskAsync<InitProducerIdRequest, InitProducerIdResponse>(new() { TransactionTimeoutMs = 1_000 }, 4, limit.Token)).ProducerId;
            for (var sequence = 0; sequence < 4; sequence++) Assert.Equal((ErrorCode.None, sequence), await AppendAsync(client, sequence));
        }

        await Task.Delay(200);
        await broker.KillAsync();
        await broker.RestartAsync();
        using (var client = await BrokerClient.ConnectAsync("127.0.0.1", broker.Port, limit.Token))
        {
            // What it sent before and never heard of is known; a hole is refused; the next goes on.
            Assert.Equal((ErrorCode.None, 3), await AppendAsync(client, 3));
            Assert.Equal((ErrorCode.None, 1), await AppendAsync(client, 1));
            Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, (await AppendAsync(client, 6)).Error);
            Assert.Equal((ErrorCode.None, 4), await AppendAsync(client, 4));
            var second = (await client.AskAsync<InitProducerIdRequest, InitProducerIdResponse>(new() { TransactionTimeoutMs = 1_000 }, 4, limit.Token)).ProducerId;
            Assert.True(second > producerId, $"producer id {second} was given out again after {producerId}");
        }

        Assert.Equal(["0", "1", "2", "3", "4"], Values(broker, "window", IsolationLevel.ReadUncommitted));

        async Task<(ErrorCode Error, long Offset)> AppendAsync(BrokerClient client, int sequence)
        {
            var batch = new RecordBatchBuilder { ProducerId = producerId, ProducerEpoch = 0, BaseSequence = sequence }
                .Add(1_700_000_000_000, null, System.Text.Encoding.ASCII.GetBytes($"{sequence}")).Build();
            var request = new ProduceRequest { Acks = -1, TimeoutMs = 10_000, TopicData = [new() { Name = "window", PartitionData = [new() { Records = batch }] }] };
            var answer = (await client.AskAsync<ProduceRequest, ProduceResponse>(request, 7, limit.Token)).Responses[0].PartitionResponses[0];
            return (answer.ErrorCode, answer.BaseOffset);
        }
    }

    [Fact]
    public async Task Offsets_of_a_transaction_count_after_a_crash_only_if_it_was_committed()
    {
        await using var broker = await StartWithAsync("txoffsets");
        await Records.WriteAsync(broker.BootstrapServers, "txoffsets", Records.Numbered(10));
        using var producer = Records.Producer(broker.BootstrapServers, "txoffsets");
        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig { BootstrapServers = broker.BootstrapServers, GroupId = "txgroup", EnableAutoCommit = false, SessionTimeoutMs = 6_000 }).Build();
        consumer.Subscribe("txoffsets");
        await Eventually.True(() =>
        {
            consumer.Consume(TimeSpan.FromMilliseconds(100));
            return consumer.Assignment.Count > 0;
        });
        producer.InitTransactions(s_patience);
        producer.BeginTransaction();
        producer.SendOffsetsToTransaction([new(Records.Of("txoffsets"), 4)], consumer.ConsumerGroupMetadata, s_patience);
        producer.CommitTransaction(s_patience);
        producer.BeginTransaction();
        producer.SendOffsetsToTransaction([new(Records.Of("txoffsets"), 9)], consumer.ConsumerGroupMetadata, s_patience);
        await broker.KillAsync();
        await broker.RestartAsync();
        producer.AbortTransaction(s_patience);
        Assert.Equal(4, Records.Committed(broker.BootstrapServers, "txgroup", "txoffsets").Value);
        await broker.KillAsync();
        await broker.RestartAsync();
        Assert.Equal(4, Records.Committed(broker.BootstrapServers, "txgroup", "txoffsets").Value);
    }
}
