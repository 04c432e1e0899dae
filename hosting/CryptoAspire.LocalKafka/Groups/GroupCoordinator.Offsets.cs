using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Groups;

internal sealed partial class GroupCoordinator
{
    /// <summary>OffsetCommit. The caller has already set aside partitions that do not exist.</summary>
    public Task<ErrorCode> CommitAsync(string groupId, Committer committer, IReadOnlyCollection<KeyValuePair<TopicPartition, CommittedOffset>> offsets) =>
        AskDurablyAsync(() => Store(groupId, committer, -1, offsets));

    /// <summary>TxnOffsetCommit: kept aside until the transaction of <paramref name="producerId"/> ends.</summary>
    /// <param name="gate">Asked inside the mailbox, so that nothing is staged after the transaction began to end.</param>
    public Task<ErrorCode> StageAsync(
        string groupId, Committer committer, long producerId, IReadOnlyCollection<KeyValuePair<TopicPartition, CommittedOffset>> offsets, Func<ErrorCode> gate) =>
        AskDurablyAsync(() => gate() is var error && error != ErrorCode.None ? (error, default) : Store(groupId, committer, producerId, offsets));

    /// <summary>Applies or forgets what a transaction staged in a group. Idempotent.</summary>
    public Task<bool> ResolveAsync(string groupId, long producerId, bool commit) => AskDurablyAsync<bool>(() =>
    {
        if (!_groups.TryGetValue(groupId, out var group) || !group.Offsets.Staged.ContainsKey(producerId))
            return (false, default);
        var durable = Append(new GroupLogEntry.TransactionEnded(groupId, producerId, commit));
        return (group.Offsets.Resolve(producerId, commit), durable);
    });

    /// <summary>OffsetFetch; <paramref name="partitions"/> null = everything the group has committed.</summary>
    /// <param name="requireStable">v7: 88 UNSTABLE_OFFSET_COMMIT for partitions with a transaction pending.</param>
    public Task<List<FetchedOffset>> FetchAsync(string groupId, IReadOnlyCollection<TopicPartition>? partitions, bool requireStable) => _mailbox.AskAsync(() =>
    {
        var offsets = _groups.GetValueOrDefault(groupId)?.Offsets;
        var found = new List<FetchedOffset>();
        foreach (var partition in partitions ?? [.. offsets?.Committed.Keys ?? []])
        {
            if (requireStable && offsets?.IsUnstable(partition) == true)
                found.Add(new FetchedOffset(partition, null, ErrorCode.UnstableOffsetCommit));
            else if (offsets is not null && offsets.Committed.TryGetValue(partition, out var committed))
                found.Add(new FetchedOffset(partition, committed, ErrorCode.None));
            else
                found.Add(new FetchedOffset(partition, null, ErrorCode.None));
        }
        return found;
    });

    /// <summary>OffsetDelete: refused (86) for topics that a member of a consumer group is subscribed to.</summary>
    public Task<(ErrorCode Error, IReadOnlyDictionary<TopicPartition, ErrorCode> Partitions)> DeleteOffsetsAsync(
        string groupId, IReadOnlyCollection<TopicPartition> partitions) =>
        AskDurablyAsync<(ErrorCode, IReadOnlyDictionary<TopicPartition, ErrorCode>)>(() =>
        {
            var results = new Dictionary<TopicPartition, ErrorCode>();
            if (!_groups.TryGetValue(groupId, out var group))
                return ((ErrorCode.GroupIdNotFound, results), default);
            if (group.State.Phase != GroupPhase.Empty && group.State.ProtocolType != "consumer")
                return ((ErrorCode.NonEmptyGroup, results), default);
            var subscribed = group.State.Members.SelectMany(m => ConsumerSubscription.Topics(m.MetadataFor(group.State.Protocol))).ToHashSet(StringComparer.Ordinal);
            foreach (var partition in partitions)
                results[partition] = subscribed.Contains(partition.Topic) ? ErrorCode.GroupSubscribedToTopic : ErrorCode.None;
            return ((ErrorCode.None, results), RemoveOffsets(group, [.. results.Where(r => r.Value == ErrorCode.None).Select(r => r.Key)]));
        });

    /// <summary>A topic is gone: so are the offsets that groups committed for it.</summary>
    public Task<bool> ForgetTopicAsync(string topic) => _mailbox.AskAsync(async () =>
    {
        foreach (var group in _groups.Values.ToArray())
            await RemoveOffsets(group, [.. group.Offsets.Committed.Keys.Where(p => p.Topic == topic)]).ConfigureAwait(false);
        return true;
    });

    private (ErrorCode, ValueTask) Store(
        string groupId, Committer committer, long producerId, IReadOnlyCollection<KeyValuePair<TopicPartition, CommittedOffset>> offsets)
    {
        if (!_groups.ContainsKey(groupId) && committer.Generation >= 0)
            return (ErrorCode.IllegalGeneration, default);
        var group = GetOrAdd(groupId);
        if (group.State.CheckCommit(committer.MemberId, committer.InstanceId, committer.Generation, producerId >= 0, Now) is var error && error != ErrorCode.None)
            return (error, default);
        if (offsets.Count == 0)
            return (ErrorCode.None, default);
        var durable = Append(new GroupLogEntry.Offsets(groupId, producerId, offsets));
        if (producerId < 0)
            group.Offsets.Commit(offsets);
        else
            group.Offsets.Stage(producerId, offsets);
        return (ErrorCode.None, durable);
    }

    private ValueTask RemoveOffsets(ConsumerGroup group, IReadOnlyCollection<TopicPartition> partitions)
    {
        if (partitions.Count == 0)
            return default;
        var durable = Append(new GroupLogEntry.OffsetsRemoved(group.GroupId, partitions));
        foreach (var partition in partitions)
            group.Offsets.Remove(partition);
        return durable;
    }

    private async ValueTask ExpireOffsetsAsync()
    {
        var now = WallNow;
        foreach (var group in _groups.Values.Where(g => g.State.Phase == GroupPhase.Empty).ToArray())
        {
            // A group that had members keeps its offsets counted from the day the last one left (KIP-211).
            var expired = group.Offsets.Committed
                .Where(o => Math.Max(o.Value.CommitTimeMs, group.State.ProtocolType is null ? 0 : group.EmptySinceMs)
                    + (o.Value.RetentionMs >= 0 ? o.Value.RetentionMs : _offsetsRetentionMs) <= now)
                .Select(o => o.Key).ToArray();
            if (expired.Length > 0)
            {
                LogExpired(_logger, group.GroupId, expired.Length);
                await RemoveOffsets(group, expired).ConfigureAwait(false);
            }
            if (!group.IsVacant || now - group.EmptySinceMs < 60_000)
                continue;
            await Append(new GroupLogEntry.Removed(group.GroupId)).ConfigureAwait(false);
            Forget(group);
        }
    }
}
