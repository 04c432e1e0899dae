using CryptoAspire.LocalKafka.Cli;
using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;
using CryptoAspire.LocalKafka.Transactions;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoAspire.LocalKafka.Tests.Transactions;

/// <summary>Transactions over the death of the broker, asked for by the protocol.</summary>
public sealed class TransactionRecoveryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new("kafka-tx");

    [Fact]
    public async Task An_open_transaction_goes_on_after_a_crash_with_its_staged_offsets()
    {
        long producerId;
        short epoch;
        await using (var broker = await StartAsync())
        {
            using var client = await ConnectAsync(broker);
            await AskAsync<MetadataRequest, MetadataResponse>(client, new() { Topics = [new() { Name = "t" }] }, 4);
            var init = await AskAsync<InitProducerIdRequest, InitProducerIdResponse>(client, new() { TransactionalId = "x", TransactionTimeoutMs = 60_000 }, 1);
            (producerId, epoch) = (init.ProducerId, init.ProducerEpoch);
            var added = await AskAsync<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(
                client, new() { TransactionalId = "x", ProducerId = producerId, ProducerEpoch = epoch, Topics = [new() { Name = "t", Partitions = [0] }] }, 1);
            Assert.Equal(ErrorCode.None, added.Results[0].ResultsByPartition[0].ErrorCode);
            Assert.Equal(ErrorCode.None, await ProduceAsync(client, producerId, epoch));
            await AskAsync<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>(client, new() { TransactionalId = "x", ProducerId = producerId, ProducerEpoch = epoch, GroupId = "g" }, 1);
            var staged = await AskAsync<TxnOffsetCommitRequest, TxnOffsetCommitResponse>(
                client, new()
                {
                    TransactionalId = "x", GroupId = "g", ProducerId = producerId, ProducerEpoch = epoch,
                    Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0, CommittedOffset = 7, CommittedMetadata = "note" }] }],
                }, 2);
            Assert.Equal(ErrorCode.None, staged.Topics[0].Partitions[0].ErrorCode);
            Assert.Equal(-1, await CommittedAsync(client));
            await broker.AbortAsync();
        }

        await using (var broker = await StartAsync())
        {
            using var client = await ConnectAsync(broker);
            Assert.Equal(0, await LastOffsetAsync(client, committed: true)); // still open
            Assert.Equal(-1, await CommittedAsync(client));
            var ended = await AskAsync<EndTxnRequest, EndTxnResponse>(client, new() { TransactionalId = "x", ProducerId = producerId, ProducerEpoch = epoch, Committed = true }, 1);
            Assert.Equal(ErrorCode.None, ended.ErrorCode);
            Assert.Equal(2, await LastOffsetAsync(client, committed: true)); // the record and its marker
            Assert.Equal(7, await CommittedAsync(client));
            Assert.Equal(ErrorCode.InvalidTxnState, await ProduceAsync(client, producerId, epoch)); // nothing slips in behind the marker
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_decision_that_was_durable_before_the_crash_is_carried_out_at_the_next_start(bool commit)
    {
        var options = new LogStoreOptions { DataDirectory = _directory["data"] };
        await using (var store = LogStore.Open(options, null, TimeProvider.System, NullLogger.Instance))
        {
            store.CreateTopic("t", 1, store.ParseConfig(new Dictionary<string, string>()), out var topic);
            Assert.Equal(ErrorCode.None, topic.Partitions[0].Append(Batch(5, 0)).Error);
            var prepared = new TransactionSnapshot(
                "x", commit ? TransactionPhase.PrepareCommit : TransactionPhase.PrepareAbort, 5, 0, -1, -1, 60_000, 1, 1,
                [new TopicPartition("t", 0), new TopicPartition("deleted meanwhile", 0)], ["no such group"]);
            await store.OpenCoordinatorLog("transactions").AppendAsync(new TransactionLogEntry.State(prepared).Encode());
        }

        await using var broker = await StartAsync();
        using var client = await ConnectAsync(broker);
        await Eventually.True(async () => await LastOffsetAsync(client, committed: true) == 2);
        var fetched = await AskAsync<FetchRequest, FetchResponse>(
            client, new() { IsolationLevel = 1, Topics = [new() { Topic = "t", Partitions = [new() { PartitionMaxBytes = 1 << 20 }] }] }, 11);
        Assert.Equal(commit ? 0 : 1, fetched.Responses[0].Partitions[0].AbortedTransactions!.Count);
    }

    [Fact]
    public async Task Producer_ids_are_never_given_twice()
    {
        var seen = new HashSet<long>();
        for (var life = 0; life < 3; life++)
        {
            await using var broker = await StartAsync();
            using var client = await ConnectAsync(broker);
            for (var i = 0; i < 5; i++)
                Assert.True(seen.Add((await AskAsync<InitProducerIdRequest, InitProducerIdResponse>(client, new() { TransactionalId = null }, 1)).ProducerId));
            if (life == 1)
                await broker.AbortAsync();
        }
    }

    [Fact]
    public async Task A_timeout_out_of_bounds_is_refused()
    {
        await using var broker = await StartAsync();
        using var client = await ConnectAsync(broker);
        var init = await AskAsync<InitProducerIdRequest, InitProducerIdResponse>(client, new() { TransactionalId = "x", TransactionTimeoutMs = 900_001 }, 1);
        Assert.Equal(ErrorCode.InvalidTransactionTimeout, init.ErrorCode);
    }

    public void Dispose() => _directory.Dispose();

    private static byte[] Batch(long producerId, short epoch) => new RecordBatchBuilder
    {
        ProducerId = producerId, ProducerEpoch = epoch, BaseSequence = 0, IsTransactional = true,
    }.Add(1, null, "v"u8.ToArray()).Build();

    private static async Task<ErrorCode> ProduceAsync(BrokerClient client, long producerId, short epoch) =>
        (await AskAsync<ProduceRequest, ProduceResponse>(
            client, new() { TransactionalId = "x", Acks = -1, TopicData = [new() { Name = "t", PartitionData = [new() { Records = Batch(producerId, epoch) }] }] }, 7))
        .Responses[0].PartitionResponses[0].ErrorCode;

    private static async Task<long> LastOffsetAsync(BrokerClient client, bool committed) =>
        (await AskAsync<ListOffsetsRequest, ListOffsetsResponse>(
            client, new() { IsolationLevel = committed ? (sbyte)1 : (sbyte)0, Topics = [new() { Name = "t", Partitions = [new() { Timestamp = -1 }] }] }, 2))
        .Topics[0].Partitions[0].Offset;

    private static async Task<long> CommittedAsync(BrokerClient client) =>
        (await AskAsync<OffsetFetchRequest, OffsetFetchResponse>(client, new() { GroupId = "g", Topics = [new() { Name = "t", PartitionIndexes = [0] }] }, 5))
        .Topics[0].Partitions[0].CommittedOffset;

    private static Task<TResponse> AskAsync<TRequest, TResponse>(BrokerClient client, TRequest request, short version)
        where TRequest : IKafkaMessage<TRequest>
        where TResponse : IKafkaMessage<TResponse> => client.AskAsync<TRequest, TResponse>(request, version, CancellationToken.None);

    private static Task<BrokerClient> ConnectAsync(BrokerHost broker) => BrokerClient.ConnectAsync("127.0.0.1", broker.Port, CancellationToken.None);

    private Task<BrokerHost> StartAsync() => BrokerHost.StartAsync(new BrokerOptions { Port = 0, Data = _directory["data"], Partitions = 1 });
}
