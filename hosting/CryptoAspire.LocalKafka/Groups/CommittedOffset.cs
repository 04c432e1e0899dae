namespace CryptoAspire.LocalKafka.Groups;

/// <summary>What a group committed for one partition.</summary>
/// <param name="Offset">The next offset to read.</param>
/// <param name="LeaderEpoch">Leader epoch of the last consumed record; -1 = not told.</param>
/// <param name="Metadata">The client's own note, given back as it came.</param>
/// <param name="CommitTimeMs">Unix ms of the commit.</param>
/// <param name="RetentionMs">Own retention asked by OffsetCommit v2-4; -1 = the broker's.</param>
internal readonly record struct CommittedOffset(long Offset, int LeaderEpoch, string? Metadata, long CommitTimeMs, long RetentionMs = -1);
