using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Groups;

/// <summary>
/// Owner of all groups: one mailbox, one timer, one coordinator log. Every public method may be called from any thread; the
/// work runs in the mailbox. This file: membership and life; <c>GroupCoordinator.Offsets.cs</c>: offsets.
/// </summary>
internal sealed partial class GroupCoordinator : IAsyncDisposable
{
    /// <summary>Rewrite the log when it has grown past this and past four times what the last rewrite left.</summary>
    private const long RewriteAtBytes = 8 << 20;

    private readonly Dictionary<string, ConsumerGroup> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<long, TaskCompletionSource<JoinOutcome>> _parkedJoins = [];
    private readonly Dictionary<long, TaskCompletionSource<SyncOutcome>> _parkedSyncs = [];
    private readonly PriorityQueue<ConsumerGroup, long> _deadlines = new();
    private readonly List<GroupEffect> _effects = [];
    private readonly CoordinatorLog _log;
    private readonly GroupLimits _limits;
    private readonly long _offsetsRetentionMs;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Mailbox _mailbox;
    private readonly ITimer _timer;
    private readonly ITimer _expiry;
    private long _rewriteAt = RewriteAtBytes;
    private long _tickets;
    private int _groupCount;

    /// <param name="offsetsRetention">How long the offsets of a group without members are kept (offsets.retention.minutes).</param>
    public GroupCoordinator(CoordinatorLog log, GroupLimits limits, TimeSpan offsetsRetention, TimeProvider time, ILogger<GroupCoordinator> logger)
    {
        (_log, _limits, _time, _logger) = (log, limits, time, logger);
        _offsetsRetentionMs = (long)offsetsRetention.TotalMilliseconds;
        _mailbox = new Mailbox(e => LogFault(_logger, e));
        foreach (var payload in log.LoadedEntries)
            Replay(GroupLogEntry.Decode(payload));
        _groupCount = _groups.Count;
        _timer = time.CreateTimer(_ => _mailbox.Post(TickAsync), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _expiry = time.CreateTimer(_ => _mailbox.Post(ExpireOffsetsAsync), null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        _mailbox.Post(() =>
        {
            foreach (var group in _groups.Values)
                Schedule(group);
            return default;
        });
    }

    public int GroupCount => Volatile.Read(ref _groupCount);

    private long Now => (long)_time.GetElapsedTime(0).TotalMilliseconds;

    private long WallNow => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>JoinGroup; the task ends when the generation is formed. <paramref name="join"/>'s ticket is chosen here.</summary>
    public async Task<JoinOutcome> JoinAsync(string groupId, JoinInput join)
    {
        var answer = new TaskCompletionSource<JoinOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _mailbox.AskAsync(() =>
        {
            var group = GetOrAdd(groupId);
            var ticket = ++_tickets;
            _parkedJoins.Add(ticket, answer);
            group.State.Join(join with { Ticket = ticket }, Now, _effects);
            RunEffects(group);
            return true;
        }).ConfigureAwait(false);
        return await answer.Task.ConfigureAwait(false);
    }

    /// <summary>SyncGroup; the task ends when the leader's assignment is there or the generation is over.</summary>
    public async Task<SyncOutcome> SyncAsync(string groupId, SyncInput sync)
    {
        var answer = new TaskCompletionSource<SyncOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _mailbox.AskAsync(() =>
        {
            if (!_groups.TryGetValue(groupId, out var group))
            {
                answer.SetResult(SyncOutcome.Failed(ErrorCode.UnknownMemberId));
                return false;
            }
            var ticket = ++_tickets;
            _parkedSyncs.Add(ticket, answer);
            group.State.Sync(sync with { Ticket = ticket }, Now, _effects);
            RunEffects(group);
            return true;
        }).ConfigureAwait(false);
        return await answer.Task.ConfigureAwait(false);
    }

    public Task<ErrorCode> HeartbeatAsync(string groupId, Committer member) => _mailbox.AskAsync(() =>
        _groups.TryGetValue(groupId, out var group)
            ? group.State.Heartbeat(member.MemberId, member.InstanceId, member.Generation, Now)
            : ErrorCode.UnknownMemberId);

    /// <summary>LeaveGroup: one error for each member, in order.</summary>
    public Task<ErrorCode[]> LeaveAsync(string groupId, IReadOnlyList<(string MemberId, string? InstanceId)> members) => _mailbox.AskAsync(() =>
    {
        if (!_groups.TryGetValue(groupId, out var group))
            return [.. members.Select(_ => ErrorCode.UnknownMemberId)];
        var errors = new ErrorCode[members.Count];
        for (var i = 0; i < errors.Length; i++)
            errors[i] = group.State.Leave(members[i].MemberId, members[i].InstanceId, Now, _effects);
        RunEffects(group);
        return errors;
    });

    public Task<List<GroupListing>> ListAsync() => _mailbox.AskAsync(() =>
        _groups.Values.Select(g => new GroupListing(g.GroupId, g.State.ProtocolType ?? "", g.State.Phase.ToString())).ToList());

    public Task<GroupDescription> DescribeAsync(string groupId) => _mailbox.AskAsync(() =>
    {
        if (!_groups.TryGetValue(groupId, out var group))
            return GroupDescription.Dead(groupId);
        var state = group.State;
        var assigned = state.Phase == GroupPhase.Stable;
        return new GroupDescription(groupId, state.Phase.ToString(), state.ProtocolType ?? "", assigned ? state.Protocol ?? "" : "",
        [
            .. state.Members.Select(m => new GroupMemberDescription(m.MemberId, m.InstanceId, m.ClientId, m.ClientHost,
                assigned ? m.MetadataFor(state.Protocol) : [], assigned ? m.Assignment : [])),
        ]);
    });

    /// <summary>DeleteGroups of one group: 69 when unknown, 68 when it has members.</summary>
    public Task<ErrorCode> DeleteAsync(string groupId) => AskDurablyAsync(() =>
    {
        if (!_groups.TryGetValue(groupId, out var group))
            return (ErrorCode.GroupIdNotFound, default);
        if (group.State.Phase != GroupPhase.Empty || group.State.HasAnnouncedMembers)
            return (ErrorCode.NonEmptyGroup, default);
        var durable = Append(new GroupLogEntry.Removed(groupId));
        Forget(group);
        return (ErrorCode.None, durable);
    });

    /// <summary>Finishes queued work; parked requests end by cancellation.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _expiry.DisposeAsync().ConfigureAwait(false);
        await _mailbox.DisposeAsync().ConfigureAwait(false);
        foreach (var parked in _parkedJoins.Values)
            parked.TrySetCanceled();
        foreach (var parked in _parkedSyncs.Values)
            parked.TrySetCanceled();
    }

    private ConsumerGroup GetOrAdd(string groupId)
    {
        if (!_groups.TryGetValue(groupId, out var group))
        {
            _groups[groupId] = group = new ConsumerGroup(groupId, _limits) { EmptySinceMs = WallNow };
            Volatile.Write(ref _groupCount, _groups.Count);
        }
        return group;
    }

    private void Forget(ConsumerGroup group)
    {
        _groups.Remove(group.GroupId);
        Volatile.Write(ref _groupCount, _groups.Count);
    }

    private void RunEffects(ConsumerGroup group)
    {
        var effects = _effects.ToArray();
        _effects.Clear();
        group.EmptySinceMs = group.State.Phase != GroupPhase.Empty ? -1 : group.EmptySinceMs < 0 ? WallNow : group.EmptySinceMs;
        Task? saving = null;
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case GroupEffect.Save:
                    saving = SaveAsync(group);
                    break;
                case GroupEffect.JoinReply join when _parkedJoins.Remove(join.Ticket, out var waiter):
                    _ = AnswerAsync(waiter, join.Outcome, saving, static o => JoinOutcome.Failed(ErrorCode.CoordinatorNotAvailable, o.MemberId));
                    break;
                case GroupEffect.SyncReply sync when _parkedSyncs.Remove(sync.Ticket, out var waiter):
                    _ = AnswerAsync(waiter, sync.Outcome, saving, static _ => SyncOutcome.Failed(ErrorCode.CoordinatorNotAvailable));
                    break;
            }
        }
        Schedule(group);
    }

    private async Task SaveAsync(ConsumerGroup group) =>
        await Append(new GroupLogEntry.Membership(group.GroupId, group.State.Snapshot(), group.EmptySinceMs)).ConfigureAwait(false);

    private async Task AnswerAsync<T>(TaskCompletionSource<T> waiter, T outcome, Task? saving, Func<T, T> failed)
    {
        try
        {
            if (saving is not null)
                await saving.ConfigureAwait(false);
            waiter.TrySetResult(outcome);
        }
        catch (IOException e)
        {
            LogNotSaved(_logger, e);
            waiter.TrySetResult(failed(outcome));
        }
    }

    private void Schedule(ConsumerGroup group)
    {
        if (group.State.NextDeadlineMs is not { } deadline || deadline >= group.ScheduledMs)
            return;
        group.ScheduledMs = deadline;
        _deadlines.Enqueue(group, deadline);
        if (_deadlines.Peek() == group)
            SetTimer(deadline);
    }

    private void SetTimer(long deadline) =>
        _timer.Change(TimeSpan.FromMilliseconds(Math.Clamp(deadline - Now, 0, int.MaxValue) + 1), Timeout.InfiniteTimeSpan);

    private ValueTask TickAsync()
    {
        while (_deadlines.TryPeek(out var group, out var deadline))
        {
            if (deadline > Now)
            {
                SetTimer(deadline);
                break;
            }
            _deadlines.Dequeue();
            if (group.ScheduledMs != deadline)
                continue; // an earlier entry of this group has been served since
            group.ScheduledMs = long.MaxValue;
            group.State.Tick(Now, _effects);
            RunEffects(group);
        }
        return default;
    }

    private async Task<T> AskDurablyAsync<T>(Func<(T Result, ValueTask Durable)> work)
    {
        var (result, durable) = await _mailbox.AskAsync(work).ConfigureAwait(false);
        await durable.ConfigureAwait(false);
        return result;
    }

    private ValueTask Append(GroupLogEntry entry)
    {
        var durable = _log.AppendAsync(entry.Encode());
        if (_log.Bytes > _rewriteAt)
        {
            _rewriteAt = long.MaxValue; // one rewrite at a time
            _mailbox.Post(RewriteAsync);
        }
        return durable;
    }

    private async ValueTask RewriteAsync()
    {
        await _log.RewriteAsync(_groups.Values.SelectMany(EntriesOf).Select(e => (ReadOnlyMemory<byte>)e.Encode())).ConfigureAwait(false);
        _rewriteAt = Math.Max(RewriteAtBytes, _log.Bytes * 4);
    }

    private static IEnumerable<GroupLogEntry> EntriesOf(ConsumerGroup group)
    {
        yield return new GroupLogEntry.Membership(group.GroupId, group.State.Snapshot(), group.EmptySinceMs);
        if (group.Offsets.Committed.Count > 0)
            yield return new GroupLogEntry.Offsets(group.GroupId, -1, [.. group.Offsets.Committed]);
        foreach (var (producerId, staged) in group.Offsets.Staged)
            yield return new GroupLogEntry.Offsets(group.GroupId, producerId, staged);
    }

    private void Replay(GroupLogEntry entry)
    {
        var group = GetOrAdd(entry.GroupId);
        switch (entry)
        {
            case GroupLogEntry.Membership m:
                group.State.Restore(m.Snapshot, Now);
                group.EmptySinceMs = m.EmptySinceMs;
                break;
            case GroupLogEntry.Offsets { ProducerId: < 0 } o:
                group.Offsets.Commit(o.Values);
                break;
            case GroupLogEntry.Offsets o:
                group.Offsets.Stage(o.ProducerId, o.Values);
                break;
            case GroupLogEntry.TransactionEnded t:
                group.Offsets.Resolve(t.ProducerId, t.Commit);
                break;
            case GroupLogEntry.OffsetsRemoved r:
                foreach (var partition in r.Partitions)
                    group.Offsets.Remove(partition);
                break;
            case GroupLogEntry.Removed:
                Forget(group);
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "group coordinator: a work item failed")]
    private static partial void LogFault(ILogger logger, Exception e);

    [LoggerMessage(Level = LogLevel.Error, Message = "group coordinator: membership could not be saved; the members are told to retry")]
    private static partial void LogNotSaved(ILogger logger, Exception e);

    [LoggerMessage(Level = LogLevel.Information, Message = "group {Group}: {Count} offsets expired")]
    private static partial void LogExpired(ILogger logger, string group, int count);
}
