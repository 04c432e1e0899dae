using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Server;

/// <summary>APIs that the clients of this machine cannot call (librdkafka since 2.1 and 2.2 does).</summary>
public class AdminApiTests(InProcessBroker broker) : IClassFixture<InProcessBroker>
{
    private enum Operation : sbyte
    {
        Set = 0,
        Delete = 1,
        Append = 2,
        Subtract = 3,
    }

    [Fact]
    public async Task The_only_leader_epoch_ends_where_the_log_does()
    {
        using var raw = await RawConnection.ConnectAsync(broker.Host.Port);
        await CreateAsync(raw, "epochs");
        for (var i = 0; i < 3; i++)
            await AskAsync<ProduceRequest, ProduceResponse>(raw, new() { Acks = -1, TimeoutMs = 1_000, TopicData = [new() { Name = "epochs", PartitionData = [new() { Records = new RecordBatchBuilder().Add(1, null, "x"u8.ToArray()).Build() }] }] }, 7);

        Assert.Equal((ErrorCode.None, 0, 3L), await EndAsync("epochs", epoch: 0));
        Assert.Equal((ErrorCode.None, -1, -1L), await EndAsync("epochs", epoch: 5));
        Assert.Equal((ErrorCode.UnknownLeaderEpoch, -1, -1L), await EndAsync("epochs", epoch: 0, current: 7));
        Assert.Equal((ErrorCode.UnknownTopicOrPartition, -1, -1L), await EndAsync("no-such-topic", epoch: 0));

        async Task<(ErrorCode, int, long)> EndAsync(string topic, int epoch, int current = -1)
        {
            var answer = await AskAsync<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(
                raw, new() { Topics = [new() { Topic = topic, Partitions = [new() { LeaderEpoch = epoch, CurrentLeaderEpoch = current }] }] }, 2);
            var end = answer.Topics.Single().Partitions.Single();
            return (end.ErrorCode, end.LeaderEpoch, end.EndOffset);
        }
    }

    [Fact]
    public async Task Settings_are_set_and_unset_one_by_one_and_the_others_stay()
    {
        using var raw = await RawConnection.ConnectAsync(broker.Host.Port);
        await CreateAsync(raw, "incremental");
        Assert.Equal(ErrorCode.None, (await AlterAsync(("retention.ms", Operation.Set, "7200000"), ("max.message.bytes", Operation.Set, "50000"))).ErrorCode);
        Assert.Equal(("7200000", "50000"), (Value("retention.ms"), Value("max.message.bytes")));
        Assert.Equal(ErrorCode.None, (await AlterAsync(("retention.ms", Operation.Delete, null))).ErrorCode);
        Assert.Equal(("604800000", "50000"), (Value("retention.ms"), Value("max.message.bytes")));
        Assert.Equal(ErrorCode.None, (await AlterAsync(("cleanup.policy", Operation.Append, "delete"))).ErrorCode);
        Assert.Equal("delete", Value("cleanup.policy"));

        var checkedOnly = await AlterInModeAsync(true, [("retention.ms", Operation.Set, "1")]);
        Assert.Equal((ErrorCode.None, "604800000"), (checkedOnly.ErrorCode, Value("retention.ms")));

        await RefusedAsync("no.such.config", ("no.such.config", Operation.Set, "1"));
        await RefusedAsync("retention.ms", ("max.message.bytes", Operation.Set, "60000"), ("retention.ms", Operation.Set, "soon"));
        await RefusedAsync("retention.ms", ("retention.ms", Operation.Append, "1")); // no list
        await RefusedAsync("cleanup.policy", ("cleanup.policy", Operation.Append, "compact"));
        await RefusedAsync("cleanup.policy", ("cleanup.policy", Operation.Subtract, "delete"));
        Assert.Equal(("604800000", "50000", "delete"), (Value("retention.ms"), Value("max.message.bytes"), Value("cleanup.policy")));

        string Value(string name) => broker.Host.Store.TryGetTopic("incremental", out var topic) ? topic.Config.Value(name) : "";

        async Task RefusedAsync(string named, params (string, Operation, string?)[] changes)
        {
            var refused = await AlterAsync(changes);
            Assert.Equal(ErrorCode.InvalidConfig, refused.ErrorCode);
            Assert.Contains(named, refused.ErrorMessage, StringComparison.Ordinal);
        }

        Task<IncrementalAlterConfigsResponse.AlterConfigsResourceResponse> AlterAsync(params (string Name, Operation Operation, string? Value)[] changes) => AlterInModeAsync(false, changes);

        async Task<IncrementalAlterConfigsResponse.AlterConfigsResourceResponse> AlterInModeAsync(bool validateOnly, (string Name, Operation Operation, string? Value)[] changes) =>
            (await AskAsync<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(raw, new()
            {
                ValidateOnly = validateOnly,
                Resources = [new() { ResourceType = 2, ResourceName = "incremental", Configs = [.. changes.Select(c => new IncrementalAlterConfigsRequest.AlterableConfig { Name = c.Name, ConfigOperation = (sbyte)c.Operation, Value = c.Value })] }],
            }, 0)).Responses.Single();
    }

    private static Task CreateAsync(RawConnection raw, string topic) =>
        AskAsync<MetadataRequest, MetadataResponse>(raw, new() { Topics = [new() { Name = topic }] }, 4);

    private static async Task<TResponse> AskAsync<TRequest, TResponse>(RawConnection raw, TRequest request, short version)
        where TRequest : IKafkaMessage<TRequest>
        where TResponse : IKafkaMessage<TResponse>
    {
        await raw.SendAsync(RawConnection.Frame(request, version, 1));
        return RawConnection.Read<TResponse>((await raw.ReceiveAsync())!.Value.Body, version);
    }
}
