using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.Api.Contracts;

/// <summary>A scheduled job.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Description">What it does.</param>
/// <param name="Schedule">When it runs, UTC: "every 10s", "every 1h at 5m", or cron; null when it runs on request or after other jobs only.</param>
/// <param name="ConfiguredSchedule">What the configuration says; differs when another was set at run time.</param>
/// <param name="Paused">Whether its schedule stands still.</param>
/// <param name="CatchUp">After missed firings: one run at once for all of them (true), or none before the next.</param>
/// <param name="TimeoutSeconds">A run that takes longer is stopped.</param>
/// <param name="Retries">How often a run that did not succeed is tried again.</param>
/// <param name="After">Jobs whose runs, when they wrote something, cause a run of this one.</param>
/// <param name="Parameters">Names of the parameters that a run takes.</param>
/// <param name="NextRunAt">Next firing; null when paused or without a schedule.</param>
/// <param name="ChangedAt">When somebody last paused, resumed or rescheduled it.</param>
/// <param name="ChangedBy">Who that was.</param>
/// <param name="Queued">Runs that wait.</param>
/// <param name="LastRun">The newest run that has started; null before the first.</param>
public sealed record JobItem(
    string Name, string Description, string? Schedule, string? ConfiguredSchedule, bool Paused, bool CatchUp, int TimeoutSeconds, int Retries, IReadOnlyList<string> After,
    IReadOnlyList<string> Parameters, DateTimeOffset? NextRunAt, DateTimeOffset? ChangedAt, string? ChangedBy, long Queued, JobRunItem? LastRun)
{
    internal static JobItem Of(JobSummary j) => new(
        j.Name, j.Description, j.Schedule, j.ConfiguredSchedule, j.Paused, j.CatchUp, (int)j.Timeout.TotalSeconds, j.Retries, j.After, j.Parameters, j.NextRunAt, j.ChangedAt, j.ChangedBy,
        j.Queued, j.LastRun is { } run ? JobRunItem.Of(run) : null);
}
