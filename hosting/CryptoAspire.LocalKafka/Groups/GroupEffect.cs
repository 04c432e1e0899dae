using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Groups;

/// <summary>What <see cref="GroupState"/> wants done. Order matters: a save stands before the replies that rely on it.</summary>
internal abstract record GroupEffect
{
    /// <summary>Make the group's membership durable before answering anything that follows.</summary>
    public sealed record Save : GroupEffect;

    /// <summary>Answer the JoinGroup request parked under <paramref name="Ticket"/>.</summary>
    public sealed record JoinReply(long Ticket, JoinOutcome Outcome) : GroupEffect;

    /// <summary>Answer the SyncGroup request parked under <paramref name="Ticket"/>.</summary>
    public sealed record SyncReply(long Ticket, SyncOutcome Outcome) : GroupEffect;
}

/// <summary>A member's wish to be in the group. <paramref name="Ticket"/> names the request that waits for the answer.</summary>
/// <param name="NewMemberId">The id to give when <paramref name="MemberId"/> is empty (chosen by the caller: the state machine has no randomness).</param>
/// <param name="MustKnowId">v4+: a dynamic newcomer is first told its id (error 79) and has to come again with it.</param>
internal sealed record JoinInput(
    long Ticket, string MemberId, string NewMemberId, string? InstanceId, string ClientId, string ClientHost,
    int SessionTimeoutMs, int RebalanceTimeoutMs, string ProtocolType, IReadOnlyList<GroupProtocol> Protocols, bool MustKnowId);

/// <summary>A member's call for its assignment; the leader's carries everybody's.</summary>
internal sealed record SyncInput(
    long Ticket, int Generation, string MemberId, string? InstanceId, IReadOnlyList<KeyValuePair<string, byte[]>> Assignments);

internal sealed record JoinOutcome(
    ErrorCode Error, int Generation, string? Protocol, string Leader, string MemberId, IReadOnlyList<JoinedMember> Members)
{
    public static JoinOutcome Failed(ErrorCode error, string memberId) => new(error, -1, "", "", memberId, []);
}

/// <summary>A member as the leader sees it.</summary>
internal readonly record struct JoinedMember(string MemberId, string? InstanceId, byte[] Metadata);

internal sealed record SyncOutcome(ErrorCode Error, byte[] Assignment)
{
    public static SyncOutcome Failed(ErrorCode error) => new(error, []);
}
