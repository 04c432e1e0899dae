using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Groups;

/// <summary>A group's committed offsets, and those staged by transactions that have not ended.</summary>
internal sealed class GroupOffsets
{
    private readonly Dictionary<TopicPartition, CommittedOffset> _committed = [];
    private readonly Dictionary<long, Dictionary<TopicPartition, CommittedOffset>> _staged = [];

    public IReadOnlyDictionary<TopicPartition, CommittedOffset> Committed => _committed;

    public IReadOnlyDictionary<long, Dictionary<TopicPartition, CommittedOffset>> Staged => _staged;

    public bool IsEmpty => _committed.Count == 0 && _staged.Count == 0;

    public void Commit(IEnumerable<KeyValuePair<TopicPartition, CommittedOffset>> offsets)
    {
        foreach (var (partition, offset) in offsets)
            _committed[partition] = offset;
    }

    /// <summary>Keeps offsets aside until the transaction of <paramref name="producerId"/> ends.</summary>
    public void Stage(long producerId, IEnumerable<KeyValuePair<TopicPartition, CommittedOffset>> offsets)
    {
        if (!_staged.TryGetValue(producerId, out var staged))
            _staged[producerId] = staged = [];
        foreach (var (partition, offset) in offsets)
            staged[partition] = offset;
    }

    /// <summary>Applies or forgets what the transaction staged; doing it twice is harmless.</summary>
    /// <returns>Whether anything was staged.</returns>
    public bool Resolve(long producerId, bool commit)
    {
        if (!_staged.Remove(producerId, out var staged))
            return false;
        if (commit)
            Commit(staged);
        return true;
    }

    /// <summary>Whether a transaction may still change the partition's offset (OffsetFetch require_stable).</summary>
    public bool IsUnstable(TopicPartition partition)
    {
        foreach (var staged in _staged.Values)
            if (staged.ContainsKey(partition))
                return true;
        return false;
    }

    public bool Remove(TopicPartition partition)
    {
        var found = _committed.Remove(partition);
        foreach (var staged in _staged.Values)
            found |= staged.Remove(partition);
        return found;
    }
}
