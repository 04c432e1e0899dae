namespace CryptoAspire.Storage.Gold;

/// <summary>What a backfill would do.</summary>
/// <param name="Total">How many buckets.</param>
/// <param name="Missing">How many of them were never computed.</param>
/// <param name="Buckets">The first of them, by time and symbol.</param>
public sealed record BackfillPreview(long Total, long Missing, IReadOnlyList<BackfillBucket> Buckets);
