using Confluent.Kafka;
using CryptoAspire.LocalKafka.Cli;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Tests.Scenarios;

namespace CryptoAspire.LocalKafka.Tests.Fuzz;

/// <summary>A real client beside the hostile frames, whose every record and offset must be there whatever they did.</summary>
internal sealed class HonestClient
{
    private const string Topic = "honest";
    private const string Group = "honest-group";

    private int _written;

    /// <summary>Writes and commits some more; then all that was ever written and committed must be there, in order, once.</summary>
    public async Task WorkAndCheckAsync(string bootstrap)
    {
        if (_written == 0) await ConfluentAdmin.CreateTopicAsync(bootstrap, Topic);
        using (var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = bootstrap, EnableIdempotence = true, MessageTimeoutMs = 60_000 }).Build())
            for (var end = _written + 20; _written < end; _written++)
                Assert.Equal(_written, (await producer.ProduceAsync(new TopicPartition(Topic, 0), new() { Value = $"{_written}" })).Offset.Value);
        using (var committer = Build(bootstrap)) committer.Commit([new(Topic, 0, _written - 1)]);
        Check(bootstrap);
    }

    /// <summary>All that was ever written and committed is there, in order, once.</summary>
    public void Check(string bootstrap)
    {
        using var consumer = Build(bootstrap);
        Assert.Equal(_written - 1, consumer.Committed([new(Topic, 0)], TimeSpan.FromSeconds(60)).Single().Offset.Value);
        consumer.Assign(new TopicPartitionOffset(Topic, 0, 0));
        for (var i = 0; i < _written; i++) Assert.Equal($"{i}", consumer.Consume(TimeSpan.FromSeconds(60))?.Message.Value);
        Assert.True(consumer.Consume(TimeSpan.FromSeconds(60)).IsPartitionEOF);
    }

    /// <summary>Deletes the topics that fuzzing made and makes those anew that it is to find.</summary>
    public static async Task TidyAsync(int port)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var client = await BrokerClient.ConnectAsync("127.0.0.1", port, limit.Token);
        var all = await client.AskAsync<MetadataRequest, MetadataResponse>(new() { Topics = null }, 4, limit.Token);
        var made = all.Topics.Select(t => t.Name).Where(name => name != Topic).ToArray();
        var deleted = await client.AskAsync<DeleteTopicsRequest, DeleteTopicsResponse>(new() { TopicNames = made, TimeoutMs = 30_000 }, 1, limit.Token);
        Assert.All(deleted.Responses, r => Assert.Equal(LocalKafka.Protocol.ErrorCode.None, r.ErrorCode));
        var created = await client.AskAsync<CreateTopicsRequest, CreateTopicsResponse>(
            new() { Topics = [.. FuzzFrames.Topics.Select(name => new CreateTopicsRequest.CreatableTopic { Name = name, NumPartitions = 2, ReplicationFactor = 1 })], TimeoutMs = 30_000 }, 2, limit.Token);
        Assert.All(created.Topics, t => Assert.Equal(LocalKafka.Protocol.ErrorCode.None, t.ErrorCode));
    }

    private static IConsumer<Ignore, string> Build(string bootstrap) =>
        new ConsumerBuilder<Ignore, string>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = Group, EnableAutoCommit = false, EnablePartitionEof = true }).Build();
}
