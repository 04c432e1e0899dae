using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Groups;

/// <summary>
/// One consumer group as a pure state machine of the classic protocol: inputs with the time they came, effects out.
/// It knows no clock, no I/O and no thread; <see cref="GroupCoordinator"/> owns it and runs its effects.
/// Times are milliseconds of a monotonic clock.
/// </summary>
/// <remarks>
/// Semantics: Kafka's GroupCoordinator (KIP-345 static members, KIP-394 member id required, KIP-134 initial delay).
/// This file: inputs that answer at once. <c>GroupState.Join.cs</c>: JoinGroup. <c>GroupState.Rebalance.cs</c>: generations, SyncGroup and time.
/// </remarks>
internal sealed partial class GroupState(string groupId, GroupLimits limits)
{
    private readonly OrderedDictionary<string, GroupMember> _members = [];
    private readonly Dictionary<string, string> _memberIdByInstance = [];

    /// <summary>Dynamic newcomers that were told their id and have not come back with it; value = when we stop waiting.</summary>
    private readonly Dictionary<string, long> _announced = [];

    public string GroupId { get; } = groupId;

    public GroupPhase Phase { get; private set; }

    public int Generation { get; private set; }

    /// <summary>"consumer" for consumers; null until somebody joined.</summary>
    public string? ProtocolType { get; private set; }

    /// <summary>The assignment strategy of the current generation.</summary>
    public string? Protocol { get; private set; }

    public string? Leader { get; private set; }

    public IReadOnlyCollection<GroupMember> Members => _members.Values;

    /// <summary>Whether newcomers that were told an id are still awaited.</summary>
    public bool HasAnnouncedMembers => _announced.Count > 0;

    /// <summary>Heartbeat: extends the session; tells of a rebalance.</summary>
    public ErrorCode Heartbeat(string memberId, string? instanceId, int generation, long now)
    {
        if (Check(memberId, instanceId, out var member) is var error && error != ErrorCode.None)
            return error;
        if (generation != Generation)
            return ErrorCode.IllegalGeneration;
        Touch(member!, now);
        return Phase == GroupPhase.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    /// <summary>LeaveGroup of one member. A static member may be named by its instance id alone (KIP-345).</summary>
    public ErrorCode Leave(string memberId, string? instanceId, long now, List<GroupEffect> effects)
    {
        if (instanceId is null && _announced.Remove(memberId))
        {
            TryCompleteJoin(now, effects);
            return ErrorCode.None;
        }

        if (instanceId is not null && memberId.Length == 0 && _memberIdByInstance.TryGetValue(instanceId, out var current))
            memberId = current;
        if (Check(memberId, instanceId, out var member) is var error && error != ErrorCode.None)
            return error;
        Remove(member!, ErrorCode.UnknownMemberId, effects);
        AfterRemoval(now, effects);
        return ErrorCode.None;
    }

    /// <summary>
    /// Whether an offset commit may proceed. A negative generation is a simple consumer: only while the group is empty,
    /// or inside a transaction of a producer that does not pass group metadata.
    /// </summary>
    public ErrorCode CheckCommit(string memberId, string? instanceId, int generation, bool transactional, long now)
    {
        var anonymous = generation < 0 && memberId.Length == 0 && instanceId is null;
        if (anonymous)
            return transactional || Phase == GroupPhase.Empty ? ErrorCode.None : ErrorCode.UnknownMemberId;
        if (Phase == GroupPhase.Empty && generation < 0)
            return ErrorCode.None;
        if (Check(memberId, instanceId, out var member) is var error && error != ErrorCode.None)
            return Phase == GroupPhase.Empty && generation != Generation ? ErrorCode.IllegalGeneration : error;
        if (generation != Generation)
            return ErrorCode.IllegalGeneration;
        Touch(member!, now);
        return Phase == GroupPhase.CompletingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    /// <summary>The membership to make durable.</summary>
    public GroupSnapshot Snapshot() => new(
        Generation, ProtocolType, Protocol, Leader,
        [.. _members.Values.Select(m => new GroupSnapshot.Member(
            m.MemberId, m.InstanceId, m.ClientId, m.ClientHost, m.SessionTimeoutMs, m.RebalanceTimeoutMs, m.Protocols, m.Assignment))]);

    /// <summary>Takes up a durable membership after a restart: members keep generation and assignment, and get a fresh session.</summary>
    public void Restore(GroupSnapshot snapshot, long now)
    {
        Generation = snapshot.Generation;
        ProtocolType = snapshot.ProtocolType;
        Protocol = snapshot.Protocol;
        Leader = snapshot.Leader;
        _members.Clear();
        _memberIdByInstance.Clear();
        foreach (var m in snapshot.Members)
        {
            var member = new GroupMember
            {
                MemberId = m.MemberId, InstanceId = m.InstanceId, ClientId = m.ClientId, ClientHost = m.ClientHost,
                SessionTimeoutMs = m.SessionTimeoutMs, RebalanceTimeoutMs = m.RebalanceTimeoutMs, Protocols = m.Protocols, Assignment = m.Assignment,
            };
            Touch(member, now);
            _members.Add(m.MemberId, member);
            if (m.InstanceId is not null)
                _memberIdByInstance[m.InstanceId] = m.MemberId;
        }
        Phase = _members.Count == 0 ? GroupPhase.Empty : GroupPhase.Stable;
    }

    private ErrorCode Check(string memberId, string? instanceId, out GroupMember? member)
    {
        member = null;
        if (instanceId is not null)
        {
            if (!_memberIdByInstance.TryGetValue(instanceId, out var current))
                return ErrorCode.UnknownMemberId;
            if (current != memberId)
                return ErrorCode.FencedInstanceId;
        }
        return _members.TryGetValue(memberId, out member) ? ErrorCode.None : ErrorCode.UnknownMemberId;
    }

    private static void Touch(GroupMember member, long now) => member.SessionDeadlineMs = now + member.SessionTimeoutMs;

    private void Remove(GroupMember member, ErrorCode reason, List<GroupEffect> effects)
    {
        Unpark(member, reason, effects);
        _members.Remove(member.MemberId);
        if (member.InstanceId is not null)
            _memberIdByInstance.Remove(member.InstanceId);
        if (Leader == member.MemberId)
            Leader = _members.Count == 0 ? null : _members.GetAt(0).Key;
    }

    private static void Unpark(GroupMember member, ErrorCode reason, List<GroupEffect> effects)
    {
        if (member.JoinTicket is { } join)
            effects.Add(new GroupEffect.JoinReply(join, JoinOutcome.Failed(reason, member.MemberId)));
        if (member.SyncTicket is { } sync)
            effects.Add(new GroupEffect.SyncReply(sync, SyncOutcome.Failed(reason)));
        member.JoinTicket = member.SyncTicket = null;
    }

    private void AfterRemoval(long now, List<GroupEffect> effects)
    {
        if (Phase is GroupPhase.Stable or GroupPhase.CompletingRebalance)
            StartRebalance(now, effects);
        else if (Phase == GroupPhase.PreparingRebalance)
            TryCompleteJoin(now, effects);
    }
}
