namespace CryptoAspire.Storage.Jobs;

/// <summary>A job as people see it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Description">What it does.</param>
/// <param name="Schedule">When it runs now; null on request or after other jobs only.</param>
/// <param name="ConfiguredSchedule">What code and configuration say; differs when another was set at run time.</param>
/// <param name="Paused">Whether its schedule stands still.</param>
/// <param name="CatchUp">One run at once after missed firings, or none before the next.</param>
/// <param name="Timeout">A run that takes longer is stopped.</param>
/// <param name="Retries">How often a run that did not succeed is tried again.</param>
/// <param name="After">Jobs whose runs cause one of this job.</param>
/// <param name="Parameters">Names of what a run takes.</param>
/// <param name="NextRunAt">Next firing.</param>
/// <param name="ChangedAt">When somebody last steered it.</param>
/// <param name="ChangedBy">Who that was.</param>
/// <param name="LastRun">The newest run that is not queued; null before the first.</param>
/// <param name="Queued">Runs that wait.</param>
public sealed record JobSummary(
    string Name, string Description, string? Schedule, string? ConfiguredSchedule, bool Paused, bool CatchUp, TimeSpan Timeout, int Retries, IReadOnlyList<string> After,
    IReadOnlyList<string> Parameters, DateTimeOffset? NextRunAt, DateTimeOffset? ChangedAt, string? ChangedBy, JobRunRow? LastRun, long Queued);
