using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.Api.Contracts;

/// <summary>A run of a job.</summary>
/// <param name="Id">Rises with each request.</param>
/// <param name="Job">Its job.</param>
/// <param name="Outcome">queued, running, succeeded, failed, timed-out, cancelled, or abandoned (its process ended in the middle).</param>
/// <param name="Cause">schedule, after (another job's run), request, backfill or retry.</param>
/// <param name="RequestedBy">Who asked.</param>
/// <param name="RequestedAt">When it was queued.</param>
/// <param name="ScheduledFor">The firing that it answers.</param>
/// <param name="NotBefore">Earliest start: a back-off or a cool-down.</param>
/// <param name="StartedAt">Null while queued.</param>
/// <param name="FinishedAt">Null until it has ended.</param>
/// <param name="DurationSeconds">From start to end.</param>
/// <param name="Instance">The scheduler process that ran it.</param>
/// <param name="Attempt">1, and one more for each retry.</param>
/// <param name="CausedBy">The run that it follows or tries again.</param>
/// <param name="Parameters">What it was asked to do.</param>
/// <param name="Read">Rows or buckets that it read.</param>
/// <param name="Written">Rows or buckets that it wrote.</param>
/// <param name="Rejected">Rows that it refused.</param>
/// <param name="Error">Why it did not succeed.</param>
/// <param name="CancelledBy">Who asked for its end.</param>
public sealed record JobRunItem(
    long Id, string Job, string Outcome, string Cause, string RequestedBy, DateTimeOffset RequestedAt, DateTimeOffset? ScheduledFor, DateTimeOffset? NotBefore,
    DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, double? DurationSeconds, string? Instance, int Attempt, long? CausedBy, IReadOnlyDictionary<string, string> Parameters,
    long Read, long Written, long Rejected, string? Error, string? CancelledBy)
{
    internal static JobRunItem Of(JobRunRow r) => new(
        r.Id, r.Job, r.Outcome.Name(), r.Cause.Name(), r.RequestedBy, r.RequestedAt, r.ScheduledFor, r.NotBefore, r.StartedAt, r.FinishedAt,
        (r.FinishedAt - r.StartedAt)?.TotalSeconds, r.Instance, r.Attempt, r.CausedBy, r.Parameters, r.Read, r.Written, r.Rejected, r.Error, r.CancelledBy);
}
