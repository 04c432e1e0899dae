using CryptoAspire.Storage.Gold;

namespace CryptoAspire.Api.Contracts;

/// <summary>What a backfill would do.</summary>
/// <param name="Job">The job.</param>
/// <param name="Total">How many buckets would be computed again.</param>
/// <param name="Missing">How many of them were never computed.</param>
/// <param name="Buckets">The first thousand of them, by time and symbol.</param>
public sealed record BackfillPlan(string Job, long Total, long Missing, IReadOnlyList<BackfillBucket> Buckets);
