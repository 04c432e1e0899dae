namespace CryptoAspire.Dashboard.Cold;

/// <summary>The scheduled jobs, by name.</summary>
public sealed record JobsView(IReadOnlyList<JobLine> Jobs)
{
    public int Failing => Jobs.Count(j => j.Failed);

    public int Paused => Jobs.Count(j => j.Job.Paused);

    public long Queued => Jobs.Sum(j => j.Job.Queued);
}
