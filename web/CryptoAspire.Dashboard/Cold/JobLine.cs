using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.Dashboard.Cold;

/// <summary>A scheduled job and its newest run.</summary>
public sealed record JobLine(JobSummary Job)
{
    public string Name => Job.Name;

    public DateTimeOffset? NextRunAt => Job.NextRunAt;

    public DateTimeOffset? StartedAt => Job.LastRun?.StartedAt;

    /// <summary>How the newest run ended, or that it runs; <c>never</c> before the first.</summary>
    public string Outcome => Job.LastRun?.Outcome.Name() ?? "never";

    public bool Failed => Job.LastRun?.Outcome is RunOutcome.Failed or RunOutcome.TimedOut or RunOutcome.Abandoned;

    /// <summary>How long the newest run took; null while it runs.</summary>
    public TimeSpan? Took => Job.LastRun is { StartedAt: { } started, FinishedAt: { } finished } ? finished - started : null;

    public long Written => Job.LastRun?.Written ?? 0;

    public long Rejected => Job.LastRun?.Rejected ?? 0;

    /// <summary>Whether both are about the same job: its table keeps the row when the job has run, with the focus and a click under way in it.</summary>
    public bool Equals(JobLine? other) => other?.Name == Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
