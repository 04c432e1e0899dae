namespace CryptoAspire.Storage.Jobs;

/// <summary>How a run ended.</summary>
/// <param name="Outcome">Not queued and not running.</param>
/// <param name="Read">Rows or buckets that it read.</param>
/// <param name="Written">Rows or buckets that it wrote.</param>
/// <param name="Rejected">Rows that it refused.</param>
/// <param name="Error">Why it did not succeed; null when it did.</param>
/// <param name="RetryAt">When it is to be tried again; null when it is not.</param>
public sealed record RunResult(RunOutcome Outcome, long Read, long Written, long Rejected, string? Error, DateTimeOffset? RetryAt);
