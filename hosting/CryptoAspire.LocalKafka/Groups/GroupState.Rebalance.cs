using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Groups;

internal sealed partial class GroupState
{
    /// <summary>Set while <see cref="GroupPhase.PreparingRebalance"/>.</summary>
    private long? _joinDeadlineMs;

    /// <summary>The group was empty: wait a little for company, longer while it keeps coming, at most this long in all.</summary>
    private long? _initialDelayEndMs;
    private bool _companyCame;

    /// <summary>Members of the generation that have not sent SyncGroup by then are removed.</summary>
    private long? _syncDeadlineMs;

    /// <summary>When <see cref="Tick"/> has something to do next; null = never.</summary>
    public long? NextDeadlineMs
    {
        get
        {
            var next = long.MaxValue;
            if (_joinDeadlineMs is { } join)
                next = Math.Min(next, join);
            if (_syncDeadlineMs is { } sync)
                next = Math.Min(next, sync);
            foreach (var announced in _announced.Values)
                next = Math.Min(next, announced);
            foreach (var member in _members.Values)
                if (!member.IsParked)
                    next = Math.Min(next, member.SessionDeadlineMs);
            return next == long.MaxValue ? null : next;
        }
    }

    /// <summary>SyncGroup: answered at once when the assignment is there, parked until the leader brings it otherwise.</summary>
    public void Sync(SyncInput sync, long now, List<GroupEffect> effects)
    {
        var error = Check(sync.MemberId, sync.InstanceId, out var found);
        if (error == ErrorCode.None && sync.Generation != Generation)
            error = ErrorCode.IllegalGeneration;
        if (error == ErrorCode.None && Phase == GroupPhase.PreparingRebalance)
        {
            Touch(found!, now);
            error = ErrorCode.RebalanceInProgress;
        }
        if (error != ErrorCode.None)
        {
            effects.Add(new GroupEffect.SyncReply(sync.Ticket, SyncOutcome.Failed(error)));
            return;
        }

        var member = found!;
        Touch(member, now);
        member.OwesSync = false;
        if (Phase == GroupPhase.Stable)
        {
            effects.Add(new GroupEffect.SyncReply(sync.Ticket, new SyncOutcome(ErrorCode.None, member.Assignment)));
            return;
        }

        if (member.SyncTicket is { } earlier)
            effects.Add(new GroupEffect.SyncReply(earlier, SyncOutcome.Failed(ErrorCode.RebalanceInProgress)));
        member.SyncTicket = sync.Ticket;
        if (member.MemberId == Leader)
            Assign(sync.Assignments, now, effects);
    }

    /// <summary>Lets time pass: sessions end, waiting ends.</summary>
    public void Tick(long now, List<GroupEffect> effects)
    {
        foreach (var (memberId, deadline) in _announced.ToArray())
            if (deadline <= now)
            {
                _announced.Remove(memberId);
                TryCompleteJoin(now, effects);
            }

        foreach (var member in _members.Values.ToArray())
            if (!member.IsParked && member.SessionDeadlineMs <= now && _members.ContainsKey(member.MemberId))
            {
                Remove(member, ErrorCode.UnknownMemberId, effects);
                AfterRemoval(now, effects);
            }

        if (_syncDeadlineMs <= now)
        {
            _syncDeadlineMs = null;
            var late = _members.Values.Where(m => m.OwesSync).ToArray();
            foreach (var member in late)
                Remove(member, ErrorCode.UnknownMemberId, effects);
            if (late.Length > 0)
                AfterRemoval(now, effects);
        }

        if (_joinDeadlineMs <= now)
        {
            if (_initialDelayEndMs is { } end && _companyCame && now < end && _members.Count > 0)
            {
                _companyCame = false;
                _joinDeadlineMs = Math.Min(now + limits.InitialRebalanceDelayMs, end);
            }
            else
                CompleteJoin(now, effects);
        }
    }

    private void StartRebalance(long now, List<GroupEffect> effects)
    {
        foreach (var member in _members.Values)
        {
            member.OwesSync = false;
            if (member.SyncTicket is not { } parked)
                continue;
            effects.Add(new GroupEffect.SyncReply(parked, SyncOutcome.Failed(ErrorCode.RebalanceInProgress)));
            member.SyncTicket = null;
            Touch(member, now);
        }
        _syncDeadlineMs = null;

        var wasEmpty = Phase == GroupPhase.Empty;
        Phase = GroupPhase.PreparingRebalance;
        var patience = now + LongestRebalanceTimeoutMs();
        _initialDelayEndMs = wasEmpty && limits.InitialRebalanceDelayMs > 0 ? patience : null;
        _joinDeadlineMs = wasEmpty && limits.InitialRebalanceDelayMs > 0 ? Math.Min(now + limits.InitialRebalanceDelayMs, patience) : patience;
        _companyCame = false;
        TryCompleteJoin(now, effects);
    }

    private void TryCompleteJoin(long now, List<GroupEffect> effects)
    {
        if (Phase != GroupPhase.PreparingRebalance || _announced.Count > 0)
            return;
        if (_initialDelayEndMs is not null && _members.Count > 0)
            return;
        if (_members.Values.All(m => m.JoinTicket is not null))
            CompleteJoin(now, effects);
    }

    private void CompleteJoin(long now, List<GroupEffect> effects)
    {
        // 1. Who did not come again is out; a static member keeps its seat until its session ends.
        foreach (var member in _members.Values.Where(m => m.JoinTicket is null && m.InstanceId is null).ToArray())
            Remove(member, ErrorCode.UnknownMemberId, effects);
        _initialDelayEndMs = null;

        // 2. Nobody left.
        if (_members.Count == 0)
        {
            BecomeEmpty(effects);
            return;
        }

        // 3. The leader must be somebody who is here; if only absent static members remain, go on waiting for one.
        if (Leader is null || !_members.TryGetValue(Leader, out var leader) || leader.JoinTicket is null)
        {
            if (_members.Values.FirstOrDefault(m => m.JoinTicket is not null) is not { } joined)
            {
                _joinDeadlineMs = now + LongestRebalanceTimeoutMs();
                return;
            }
            Leader = joined.MemberId;
        }

        // 4. A new generation.
        _joinDeadlineMs = null;
        Generation = NextGeneration();
        Protocol = SelectProtocol();
        Phase = GroupPhase.CompletingRebalance;
        _syncDeadlineMs = now + LongestRebalanceTimeoutMs();
        foreach (var member in _members.Values)
        {
            member.Assignment = [];
            if (member.JoinTicket is not { } ticket)
                continue;
            member.JoinTicket = null;
            member.OwesSync = true;
            Touch(member, now);
            effects.Add(new GroupEffect.JoinReply(ticket, Current(member)));
        }
    }

    private void BecomeEmpty(List<GroupEffect> effects)
    {
        Generation = NextGeneration();
        Protocol = null;
        Leader = null;
        Phase = GroupPhase.Empty;
        _joinDeadlineMs = _syncDeadlineMs = null;
        effects.Add(new GroupEffect.Save());
    }

    private void Assign(IReadOnlyList<KeyValuePair<string, byte[]>> assignments, long now, List<GroupEffect> effects)
    {
        foreach (var (memberId, assignment) in assignments)
            if (_members.TryGetValue(memberId, out var member))
                member.Assignment = assignment;
        Phase = GroupPhase.Stable;
        effects.Add(new GroupEffect.Save());
        foreach (var member in _members.Values)
        {
            if (member.SyncTicket is not { } ticket)
                continue;
            member.SyncTicket = null;
            Touch(member, now);
            effects.Add(new GroupEffect.SyncReply(ticket, new SyncOutcome(ErrorCode.None, member.Assignment)));
        }
    }

    /// <summary>The strategy that every member offers and most like best; ties go to the name that sorts first.</summary>
    private string? SelectProtocol()
    {
        var common = _members.GetAt(0).Value.Protocols.Select(p => p.Name)
            .Where(name => _members.Values.All(m => m.Protocols.Any(p => p.Name == name)))
            .ToHashSet(StringComparer.Ordinal);
        return _members.Values
            .Select(m => m.Protocols.Select(p => p.Name).FirstOrDefault(common.Contains))
            .Where(name => name is not null)
            .GroupBy(name => name, StringComparer.Ordinal)
            .OrderByDescending(votes => votes.Count()).ThenBy(votes => votes.Key, StringComparer.Ordinal)
            .FirstOrDefault()?.Key;
    }

    private int NextGeneration() => Generation == int.MaxValue ? 1 : Generation + 1;

    private int LongestRebalanceTimeoutMs() => _members.Count == 0 ? 0 : _members.Values.Max(m => Math.Max(0, m.RebalanceTimeoutMs));
}
