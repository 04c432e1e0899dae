namespace CryptoAspire.Storage.Queries;

/// <summary>One partition's ledger: consumed = rows + duplicates + quarantined, next offset = consumed + skipped − rewound.</summary>
/// <param name="Topic">The Bronze topic.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="NextOffset">The fence: first offset not yet in Silver.</param>
/// <param name="Consumed">Records read.</param>
/// <param name="Rows">Of these new to Silver.</param>
/// <param name="Duplicates">Of these already in Silver.</param>
/// <param name="Quarantined">Of these refused.</param>
/// <param name="Skipped">Offsets without a record, or deleted before they were read.</param>
/// <param name="Rewound">Offsets that the fence went back by when the topic was made anew.</param>
/// <param name="UpdatedAt">The last commit.</param>
/// <param name="CheckedAt">The last time that the counters were compared with the rows; null before the first.</param>
/// <param name="Balanced">Whether they agreed then.</param>
/// <param name="FailedChecks">How many of the checks that are kept did not.</param>
public sealed record LedgerEntry(
    string Topic, int Partition, long NextOffset, long Consumed, long Rows, long Duplicates, long Quarantined, long Skipped, long Rewound, DateTimeOffset UpdatedAt,
    DateTimeOffset? CheckedAt, bool? Balanced, long FailedChecks);
