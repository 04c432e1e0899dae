using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Groups;

internal sealed partial class GroupState
{
    /// <summary>JoinGroup: answered at once or parked until the generation is formed.</summary>
    public void Join(JoinInput join, long now, List<GroupEffect> effects)
    {
        if (join.SessionTimeoutMs < limits.MinSessionTimeoutMs || join.SessionTimeoutMs > limits.MaxSessionTimeoutMs)
            Refuse(join, ErrorCode.InvalidSessionTimeout, effects);
        else if (!SupportsProtocols(join))
            Refuse(join, ErrorCode.InconsistentGroupProtocol, effects);
        else if (join.MemberId.Length == 0)
            JoinAsNewcomer(join, now, effects);
        else
            JoinAsMember(join, now, effects);
    }

    private void JoinAsNewcomer(JoinInput join, long now, List<GroupEffect> effects)
    {
        if (join.InstanceId is not null && _memberIdByInstance.TryGetValue(join.InstanceId, out var oldId))
            ReplaceStaticMember(_members[oldId], join, now, effects);
        else if (_members.Count + _announced.Count >= limits.MaxSize)
            Refuse(join, ErrorCode.GroupMaxSizeReached, effects);
        else if (join.InstanceId is null && join.MustKnowId)
        {
            _announced[join.NewMemberId] = now + join.SessionTimeoutMs;
            effects.Add(new GroupEffect.JoinReply(join.Ticket, JoinOutcome.Failed(ErrorCode.MemberIdRequired, join.NewMemberId)));
        }
        else
            AddMember(join, join.NewMemberId, now, effects);
    }

    private void JoinAsMember(JoinInput join, long now, List<GroupEffect> effects)
    {
        if (join.InstanceId is null && _announced.Remove(join.MemberId))
        {
            AddMember(join, join.MemberId, now, effects);
            return;
        }

        if (Check(join.MemberId, join.InstanceId, out var found) is var error && error != ErrorCode.None)
        {
            Refuse(join, error, effects);
            return;
        }

        var member = found!;
        Touch(member, now);
        var unchanged = member.Offers(join.Protocols);
        var generationStands = Phase switch
        {
            GroupPhase.CompletingRebalance => unchanged,                              // it missed our reply: repeat it
            GroupPhase.Stable => unchanged && member.MemberId != Leader,              // only the leader may ask for a rebalance by joining
            _ => false,
        };
        if (generationStands)
        {
            effects.Add(new GroupEffect.JoinReply(join.Ticket, Current(member)));
            return;
        }

        Park(member, join, effects);
        if (Phase == GroupPhase.PreparingRebalance)
            TryCompleteJoin(now, effects);
        else
            StartRebalance(now, effects);
    }

    private void AddMember(JoinInput join, string memberId, long now, List<GroupEffect> effects)
    {
        var member = new GroupMember
        {
            MemberId = memberId, InstanceId = join.InstanceId, ClientId = join.ClientId, ClientHost = join.ClientHost,
        };
        Touch(member, now);
        _members.Add(memberId, member);
        if (join.InstanceId is not null)
            _memberIdByInstance[join.InstanceId] = memberId;
        Leader ??= memberId;
        if (_members.Count == 1)
            ProtocolType = join.ProtocolType;
        Park(member, join, effects);
        if (Phase == GroupPhase.PreparingRebalance)
        {
            _companyCame = true;
            TryCompleteJoin(now, effects);
        }
        else
            StartRebalance(now, effects);
    }

    /// <summary>
    /// A static member came back without its id: the new process takes the seat, the old one is fenced. While the group is
    /// stable and the strategy stays the same nobody else notices.
    /// </summary>
    private void ReplaceStaticMember(GroupMember member, JoinInput join, long now, List<GroupEffect> effects)
    {
        var leaderBefore = Leader;
        var oldId = member.MemberId;
        Unpark(member, ErrorCode.FencedInstanceId, effects);
        _members.Remove(oldId);
        member.MemberId = join.NewMemberId;
        _members.Add(member.MemberId, member);
        _memberIdByInstance[join.InstanceId!] = member.MemberId;
        if (Leader == oldId)
            Leader = member.MemberId;
        Touch(member, now);

        if (Phase == GroupPhase.Stable)
        {
            Describe(member, join);
            if (SelectProtocol() == Protocol)
            {
                effects.Add(new GroupEffect.Save());

                // The leader's OLD id is told on purpose: a returning leader must not compute an assignment nobody asked for.
                effects.Add(new GroupEffect.JoinReply(
                    join.Ticket, new JoinOutcome(ErrorCode.None, Generation, Protocol, leaderBefore ?? "", member.MemberId, [])));
                return;
            }
        }

        Park(member, join, effects);
        if (Phase == GroupPhase.PreparingRebalance)
            TryCompleteJoin(now, effects);
        else
            StartRebalance(now, effects);
    }

    private static void Park(GroupMember member, JoinInput join, List<GroupEffect> effects)
    {
        // The same member on a new connection: the request it gave up still gets an answer.
        if (member.JoinTicket is { } earlier)
            effects.Add(new GroupEffect.JoinReply(earlier, JoinOutcome.Failed(ErrorCode.RebalanceInProgress, member.MemberId)));
        Describe(member, join);
        member.JoinTicket = join.Ticket;
    }

    private static void Describe(GroupMember member, JoinInput join)
    {
        member.ClientId = join.ClientId;
        member.ClientHost = join.ClientHost;
        member.SessionTimeoutMs = join.SessionTimeoutMs;
        member.RebalanceTimeoutMs = join.RebalanceTimeoutMs;
        member.Protocols = join.Protocols;
    }

    private static void Refuse(JoinInput join, ErrorCode error, List<GroupEffect> effects) =>
        effects.Add(new GroupEffect.JoinReply(join.Ticket, JoinOutcome.Failed(error, join.MemberId)));

    private bool SupportsProtocols(JoinInput join)
    {
        if (join.ProtocolType.Length == 0 || join.Protocols.Count == 0)
            return false;
        if (_members.Count == 0)
            return true;
        return join.ProtocolType == ProtocolType
            && join.Protocols.Any(p => _members.Values.All(m => IsSeatOf(m, join) || m.Protocols.Any(o => o.Name == p.Name)));
    }

    private static bool IsSeatOf(GroupMember member, JoinInput join) =>
        member.MemberId == join.MemberId || (join.InstanceId is not null && member.InstanceId == join.InstanceId);

    private JoinOutcome Current(GroupMember member) => new(
        ErrorCode.None, Generation, Protocol, Leader ?? "", member.MemberId,
        member.MemberId == Leader ? [.. _members.Values.Select(m => new JoinedMember(m.MemberId, m.InstanceId, m.MetadataFor(Protocol)))] : []);
}
