namespace CryptoAspire.LocalKafka.Groups;

/// <summary>A group's membership as it is kept on disk: enough for its members to go on after a restart without a rebalance.</summary>
internal sealed record GroupSnapshot(
    int Generation, string? ProtocolType, string? Protocol, string? Leader, IReadOnlyList<GroupSnapshot.Member> Members)
{
    internal sealed record Member(
        string MemberId, string? InstanceId, string ClientId, string ClientHost, int SessionTimeoutMs, int RebalanceTimeoutMs,
        IReadOnlyList<GroupProtocol> Protocols, byte[] Assignment);
}
