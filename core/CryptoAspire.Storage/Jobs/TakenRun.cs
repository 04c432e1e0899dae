namespace CryptoAspire.Storage.Jobs;

/// <summary>A run that was taken from the queue.</summary>
/// <param name="Id">Its row in <c>job_run</c>.</param>
/// <param name="Job">Its job.</param>
/// <param name="Cause">Why it was queued.</param>
/// <param name="RequestedBy">Who asked.</param>
/// <param name="Attempt">1, and one more for each retry.</param>
/// <param name="ScheduledFor">The firing that it answers.</param>
/// <param name="Parameters">What it is to do.</param>
public sealed record TakenRun(
    long Id, string Job, RunCause Cause, string RequestedBy, int Attempt, DateTimeOffset? ScheduledFor, IReadOnlyDictionary<string, string> Parameters);
