using Confluent.Kafka;
using Confluent.Kafka.Admin;
using CryptoAspire.LocalKafka.Cli;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Tests.Scenarios;
using CryptoAspire.Testing;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace CryptoAspire.LocalKafka.Tests.Durability;

/// <summary>What was deleted stays deleted, whatever happens next.</summary>
public sealed class DeletionRecoveryTests
{
    [Fact]
    public async Task Deleted_records_stay_deleted_after_a_crash()
    {
        await using var broker = await LocalKafkaProcess.StartAsync();
        await ConfluentAdmin.CreateTopicAsync(broker.BootstrapServers, "trimmed", configs: new() { ["segment.bytes"] = "1048576" });
        await Records.WriteAsync(broker.BootstrapServers, "trimmed", Records.Numbered(20));
        using (var admin = ConfluentAdmin.Build(broker.BootstrapServers)) await admin.DeleteRecordsAsync([new(Records.Of("trimmed"), 12)]);
        await broker.KillAsync();
        await broker.RestartAsync();
        Assert.Equal((12, 20), Records.Watermarks(broker.BootstrapServers, "trimmed"));
        Assert.Equal(Records.Numbered(8, 12), Records.Read(broker.BootstrapServers, "trimmed", from: 12).Select(r => r.Value));
        Assert.Equal(ErrorCode.Local_AutoOffsetReset, Assert.Throws<ConsumeException>(() => Records.Read(broker.BootstrapServers, "trimmed", from: 3)).Error.Code);
    }

    [Fact]
    public async Task All_records_deleted_and_a_crash_leave_the_next_offset_where_it_was()
    {
        await using var broker = await LocalKafkaProcess.StartAsync();
        await ConfluentAdmin.CreateTopicAsync(broker.BootstrapServers, "emptied");
        await Records.WriteAsync(broker.BootstrapServers, "emptied", Records.Numbered(20));
        using (var admin = ConfluentAdmin.Build(broker.BootstrapServers)) await admin.DeleteRecordsAsync([new(Records.Of("emptied"), Offset.End)]);
        await broker.KillAsync();
        await broker.RestartAsync();
        Assert.Equal((20, 20), Records.Watermarks(broker.BootstrapServers, "emptied"));
        await Records.WriteAsync(broker.BootstrapServers, "emptied", ["next"]);
        Assert.Equal([(20, "next")], Records.Read(broker.BootstrapServers, "emptied", from: 20));
    }

    [Fact]
    public async Task Deleted_group_offsets_stay_deleted_after_a_crash_and_the_others_stay()
    {
        await using var broker = await LocalKafkaProcess.StartAsync();
        await ConfluentAdmin.CreateTopicAsync(broker.BootstrapServers, "offsets", 2);
        Records.Commit(broker.BootstrapServers, "kept", new TopicPartitionOffset("offsets", 0, 5), new TopicPartitionOffset("offsets", 1, 6));
        Records.Commit(broker.BootstrapServers, "gone", new TopicPartitionOffset("offsets", 0, 7));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using (var client = await BrokerClient.ConnectAsync("127.0.0.1", broker.Port, limit.Token))
        {
            var deleted = await client.AskAsync<OffsetDeleteRequest, OffsetDeleteResponse>(
                new() { GroupId = "kept", Topics = [new() { Name = "offsets", Partitions = [new() { PartitionIndex = 1 }] }] }, 0, limit.Token);
            Assert.Equal(LocalKafka.Protocol.ErrorCode.None, deleted.Topics.Single().Partitions.Single().ErrorCode);
        }

        using (var admin = ConfluentAdmin.Build(broker.BootstrapServers)) await admin.DeleteGroupsAsync(["gone"]);
        await broker.KillAsync();
        await broker.RestartAsync();
        Assert.Equal(5, Records.Committed(broker.BootstrapServers, "kept", "offsets").Value);
        Assert.Equal(Offset.Unset, Records.Committed(broker.BootstrapServers, "kept", "offsets", 1));
        Assert.Equal(Offset.Unset, Records.Committed(broker.BootstrapServers, "gone", "offsets"));
        using (var admin = ConfluentAdmin.Build(broker.BootstrapServers)) Assert.DoesNotContain(admin.ListGroups(TimeSpan.FromSeconds(20)), g => g.Group == "gone");
    }

    [Fact]
    public async Task A_deleted_topic_stays_deleted_after_a_crash_and_its_successor_begins_anew()
    {
        await using var broker = await LocalKafkaProcess.StartAsync(["--auto-create", "false"]);
        await ConfluentAdmin.CreateTopicAsync(broker.BootstrapServers, "deleted", 3);
        await ConfluentAdmin.CreateTopicAsync(broker.BootstrapServers, "neighbour");
        await Records.WriteAsync(broker.BootstrapServers, "deleted", Records.Numbered(30));
        await Records.WriteAsync(broker.BootstrapServers, "neighbour", Records.Numbered(30));
        Records.Commit(broker.BootstrapServers, "reader-of-deleted", new TopicPartitionOffset("deleted", 0, 30));
        using (var admin = ConfluentAdmin.Build(broker.BootstrapServers)) await admin.DeleteTopicsAsync(["deleted"]);
        await broker.KillAsync();
        await broker.RestartAsync();
        using (var admin = ConfluentAdmin.Build(broker.BootstrapServers)) Assert.Equal(["neighbour"], admin.GetMetadata(TimeSpan.FromSeconds(20)).Topics.Select(t => t.Topic));
        Assert.Empty(Directory.GetDirectories(broker.DataDirectory, "deleted-*"));
        await ConfluentAdmin.CreateTopicAsync(broker.BootstrapServers, "deleted");
        Assert.Equal((0, 0), Records.Watermarks(broker.BootstrapServers, "deleted"));
        Assert.Equal(Offset.Unset, Records.Committed(broker.BootstrapServers, "reader-of-deleted", "deleted"));
        await Records.WriteAsync(broker.BootstrapServers, "deleted", ["new"]);
        await broker.KillAsync();
        await broker.RestartAsync();
        Assert.Equal([(0, "new")], Records.Read(broker.BootstrapServers, "deleted"));
        Assert.Equal(Records.Numbered(30), Records.Read(broker.BootstrapServers, "neighbour").Select(r => r.Value));
    }

    [Fact]
    public async Task Compaction_is_refused_by_name()
    {
        await using var broker = await LocalKafkaProcess.StartAsync();
        var refused = await Assert.ThrowsAsync<CreateTopicsException>(() => ConfluentAdmin.CreateTopicAsync(broker.BootstrapServers, "compact", configs: new() { ["cleanup.policy"] = "compact" }));
        var error = refused.Results.Single().Error;
        Assert.Equal(ErrorCode.InvalidConfig, error.Code);
        Assert.Contains("cleanup.policy", error.Reason, StringComparison.Ordinal);
    }
}
