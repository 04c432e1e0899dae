namespace CryptoAspire.Storage.Jobs;

/// <summary>A row of <c>job_run</c>.</summary>
/// <param name="Id">Rises with each request.</param>
/// <param name="Job">Its job.</param>
/// <param name="Outcome">How far it has come.</param>
/// <param name="Cause">Why it was queued.</param>
/// <param name="RequestedBy">Who asked.</param>
/// <param name="RequestedAt">When it was queued.</param>
/// <param name="ScheduledFor">The firing that it answers.</param>
/// <param name="NotBefore">Earliest start.</param>
/// <param name="StartedAt">Null while queued.</param>
/// <param name="FinishedAt">Null until it has ended.</param>
/// <param name="Instance">The scheduler that ran it.</param>
/// <param name="Attempt">1, and one more for each retry.</param>
/// <param name="CausedBy">The run that it follows or tries again.</param>
/// <param name="Parameters">What it was asked to do.</param>
/// <param name="Read">Rows or buckets that it read.</param>
/// <param name="Written">Rows or buckets that it wrote.</param>
/// <param name="Rejected">Rows that it refused.</param>
/// <param name="Error">Why it did not succeed.</param>
/// <param name="CancelledBy">Who asked for its end.</param>
public sealed record JobRunRow(
    long Id, string Job, RunOutcome Outcome, RunCause Cause, string RequestedBy, DateTimeOffset RequestedAt, DateTimeOffset? ScheduledFor, DateTimeOffset? NotBefore,
    DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, string? Instance, int Attempt, long? CausedBy, IReadOnlyDictionary<string, string> Parameters,
    long Read, long Written, long Rejected, string? Error, string? CancelledBy);
