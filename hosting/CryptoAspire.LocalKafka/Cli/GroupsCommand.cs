using System.CommandLine;
using CryptoAspire.LocalKafka.Groups;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Cli;

/// <summary><c>groups [id]</c>: all groups with state and lag, or one with its members and partitions.</summary>
internal static class GroupsCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("group") { Description = "Show this group's members and lag by partition.", Arity = ArgumentArity.ZeroOrOne };
        var bootstrap = ClientCommand.Bootstrap();
        var command = new Command("groups", "List consumer groups, or describe one.") { name, bootstrap };
        command.SetAction((parsed, _) => ClientCommand.RunAsync(parsed.GetValue(bootstrap)!, (client, cancel) =>
            parsed.GetValue(name) is { } group ? DescribeAsync(client, group, cancel) : ListAsync(client, cancel)));
        return command;
    }

    private static async Task<int> ListAsync(BrokerClient client, CancellationToken cancel)
    {
        var groups = await client.AskAsync<ListGroupsRequest, ListGroupsResponse>(new ListGroupsRequest(), 4, cancel).ConfigureAwait(false);
        var table = new Table("GROUP", "STATE", "MEMBERS", "LAG");
        foreach (var group in groups.Groups.OrderBy(g => g.GroupId, StringComparer.Ordinal))
        {
            var members = (await FindAsync(client, group.GroupId, cancel).ConfigureAwait(false)).Members.Count;
            var lag = await LagAsync(client, group.GroupId, [], cancel).ConfigureAwait(false);
            table.Add(group.GroupId, group.GroupState, members, lag.Sum(l => l.End - l.Committed));
        }
        table.Print(Console.Out);
        return (int)ExitCode.Ok;
    }

    private static async Task<int> DescribeAsync(BrokerClient client, string groupId, CancellationToken cancel)
    {
        var group = await FindAsync(client, groupId, cancel).ConfigureAwait(false);
        if (group.GroupState == "Dead")
            return ClientCommand.Fail(ExitCode.NotFound, $"There is no group '{groupId}'.");
        Console.WriteLine($"{groupId}: {group.GroupState}{(group.ProtocolData.Length > 0 ? $", {group.ProtocolData}" : "")}\n");
        var owners = new Dictionary<(string, int), string>();
        var members = new Table("MEMBER", "INSTANCE", "CLIENT", "HOST", "PARTITIONS");
        foreach (var member in group.Members)
        {
            var assigned = ConsumerSubscription.Partitions(member.MemberAssignment);
            foreach (var partition in assigned)
                owners[partition] = member.ClientId;
            members.Add(member.MemberId, member.GroupInstanceId, member.ClientId, member.ClientHost, assigned.Count);
        }
        members.Print(Console.Out);
        Console.WriteLine();
        var lag = new Table("TOPIC", "PARTITION", "COMMITTED", "END", "LAG", "OWNER");
        foreach (var (topic, partition, committed, end) in await LagAsync(client, groupId, owners.Keys, cancel).ConfigureAwait(false))
            lag.Add(topic, partition, committed, end, end - committed, owners.GetValueOrDefault((topic, partition)));
        lag.Print(Console.Out);
        return (int)ExitCode.Ok;
    }

    private static async Task<DescribeGroupsResponse.DescribedGroup> FindAsync(BrokerClient client, string groupId, CancellationToken cancel) =>
        (await client.AskAsync<DescribeGroupsRequest, DescribeGroupsResponse>(new DescribeGroupsRequest { Groups = [groupId] }, 4, cancel).ConfigureAwait(false)).Groups[0];

    /// <summary>Partitions with a committed offset, and those that members hold and have committed nothing of yet (null).</summary>
    private static async Task<List<(string Topic, int Partition, long? Committed, long End)>> LagAsync(
        BrokerClient client, string groupId, IEnumerable<(string Topic, int Partition)> held, CancellationToken cancel)
    {
        var offsets = await client.AskAsync<OffsetFetchRequest, OffsetFetchResponse>(new OffsetFetchRequest { GroupId = groupId, Topics = null }, 5, cancel).ConfigureAwait(false);
        var committed = held.ToDictionary(p => p, _ => (long?)null);
        foreach (var topic in offsets.Topics)
            foreach (var partition in topic.Partitions)
                committed[(topic.Name, partition.PartitionIndex)] = partition.CommittedOffset;
        var lag = new List<(string, int, long?, long)>();
        foreach (var topic in committed.GroupBy(c => c.Key.Topic, StringComparer.Ordinal).OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            if (await TopicsCommand.FindAsync(client, topic.Key, cancel).ConfigureAwait(false) is not { } found)
                continue;
            var ends = (await TopicsCommand.OffsetsAsync(client, found, cancel).ConfigureAwait(false)).ToDictionary(o => o.Partition, o => o.End);
            lag.AddRange(topic.Where(c => ends.ContainsKey(c.Key.Partition)).OrderBy(c => c.Key.Partition)
                .Select(c => (topic.Key, c.Key.Partition, c.Value, ends[c.Key.Partition])));
        }
        return lag;
    }
}
