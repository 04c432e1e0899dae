using System.CommandLine;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Cli;

/// <summary><c>topics [name]</c>: all topics with their records, or one with its partitions and settings.</summary>
internal static class TopicsCommand
{
    private const long Latest = -1;
    private const long Earliest = -2;

    public static Command Create()
    {
        var name = new Argument<string?>("topic") { Description = "Show this topic's partitions and settings.", Arity = ArgumentArity.ZeroOrOne };
        var bootstrap = ClientCommand.Bootstrap();
        var command = new Command("topics", "List topics, or describe one.") { name, bootstrap };
        command.SetAction((parsed, _) => ClientCommand.RunAsync(parsed.GetValue(bootstrap)!, (client, cancel) =>
            parsed.GetValue(name) is { } topic ? DescribeAsync(client, topic, cancel) : ListAsync(client, cancel)));
        return command;
    }

    /// <summary>First and next offset of every partition of a topic.</summary>
    public static async Task<List<(int Partition, long Start, long End)>> OffsetsAsync(
        BrokerClient client, MetadataResponse.MetadataResponseTopic topic, CancellationToken cancel)
    {
        var starts = await AskAsync(Earliest).ConfigureAwait(false);
        var ends = await AskAsync(Latest).ConfigureAwait(false);
        return [.. topic.Partitions.Select(p => (p.PartitionIndex, starts[p.PartitionIndex], ends[p.PartitionIndex])).OrderBy(p => p.PartitionIndex)];

        async Task<Dictionary<int, long>> AskAsync(long timestamp)
        {
            var answer = await client.AskAsync<ListOffsetsRequest, ListOffsetsResponse>(
                new ListOffsetsRequest
                {
                    ReplicaId = -1,
                    Topics = [new() { Name = topic.Name, Partitions = [.. topic.Partitions.Select(p => new ListOffsetsRequest.ListOffsetsPartition { PartitionIndex = p.PartitionIndex, Timestamp = timestamp })] }],
                }, 2, cancel).ConfigureAwait(false);
            return answer.Topics.SelectMany(t => t.Partitions).ToDictionary(p => p.PartitionIndex, p => p.Offset);
        }
    }

    /// <summary>A topic's metadata without creating it; null when there is none.</summary>
    public static async Task<MetadataResponse.MetadataResponseTopic?> FindAsync(BrokerClient client, string topic, CancellationToken cancel)
    {
        var metadata = await client.AskAsync<MetadataRequest, MetadataResponse>(
            new MetadataRequest { Topics = [new() { Name = topic }], AllowAutoTopicCreation = false }, 7, cancel).ConfigureAwait(false);
        return metadata.Topics is [{ ErrorCode: ErrorCode.None } found] ? found : null;
    }

    private static async Task<int> ListAsync(BrokerClient client, CancellationToken cancel)
    {
        var metadata = await client.AskAsync<MetadataRequest, MetadataResponse>(new MetadataRequest { Topics = null }, 7, cancel).ConfigureAwait(false);
        var table = new Table("TOPIC", "PARTITIONS", "OFFSETS", "RETENTION");
        foreach (var topic in metadata.Topics.OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            var offsets = await OffsetsAsync(client, topic, cancel).ConfigureAwait(false);
            var settings = await SettingsAsync(client, topic.Name, cancel).ConfigureAwait(false);
            var retention = settings.FirstOrDefault(s => s.Name == "retention.ms")?.Value;
            table.Add(topic.Name, topic.Partitions.Count, offsets.Sum(o => o.End - o.Start), long.TryParse(retention, out var ms) && ms >= 0 ? $"{TimeSpan.FromMilliseconds(ms).TotalHours:0.##} h" : "for ever");
        }
        table.Print(Console.Out);
        return (int)ExitCode.Ok;
    }

    private static async Task<int> DescribeAsync(BrokerClient client, string name, CancellationToken cancel)
    {
        if (await FindAsync(client, name, cancel).ConfigureAwait(false) is not { } topic)
            return ClientCommand.Fail(ExitCode.NotFound, $"There is no topic '{name}'.");
        var partitions = new Table("PARTITION", "START", "END", "OFFSETS");
        foreach (var (partition, start, end) in await OffsetsAsync(client, topic, cancel).ConfigureAwait(false))
            partitions.Add(partition, start, end, end - start);
        partitions.Print(Console.Out);
        Console.WriteLine();
        var settings = new Table("SETTING", "VALUE", "FROM");
        foreach (var setting in await SettingsAsync(client, name, cancel).ConfigureAwait(false))
            settings.Add(setting.Name, setting.Value, (Apis.ConfigSource)setting.ConfigSource switch
            {
                Apis.ConfigSource.Topic => "topic",
                Apis.ConfigSource.StaticBroker => "broker",
                _ => "default",
            });
        settings.Print(Console.Out);
        return (int)ExitCode.Ok;
    }

    private static async Task<IReadOnlyList<DescribeConfigsResponse.DescribeConfigsResourceResult>> SettingsAsync(BrokerClient client, string topic, CancellationToken cancel)
    {
        var answer = await client.AskAsync<DescribeConfigsRequest, DescribeConfigsResponse>(
            new DescribeConfigsRequest { Resources = [new() { ResourceType = (sbyte)Apis.ConfigResourceType.Topic, ResourceName = topic }] }, 1, cancel).ConfigureAwait(false);
        return answer.Results[0].Configs;
    }
}
