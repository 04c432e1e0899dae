using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Groups;

/// <summary>A line of ListGroups.</summary>
internal sealed record GroupListing(string GroupId, string ProtocolType, string Phase);

/// <summary>A group as DescribeGroups shows it.</summary>
internal sealed record GroupDescription(string GroupId, string Phase, string ProtocolType, string Protocol, IReadOnlyList<GroupMemberDescription> Members)
{
    /// <summary>How Kafka describes a group that does not exist.</summary>
    public static GroupDescription Dead(string groupId) => new(groupId, "Dead", "", "", []);
}

internal sealed record GroupMemberDescription(
    string MemberId, string? InstanceId, string ClientId, string ClientHost, byte[] Metadata, byte[] Assignment);

/// <summary>Who commits: generation -1 and empty ids for a simple consumer.</summary>
internal readonly record struct Committer(string MemberId, string? InstanceId, int Generation);

/// <summary>The answer to OffsetFetch for one partition; <see cref="Offset"/> is null when nothing was ever committed.</summary>
internal readonly record struct FetchedOffset(Server.TopicPartition Partition, CommittedOffset? Offset, ErrorCode Error);
