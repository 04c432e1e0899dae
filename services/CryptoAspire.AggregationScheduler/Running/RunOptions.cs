namespace CryptoAspire.AggregationScheduler.Running;

/// <summary>Settings of how runs are worked off, section <c>JobRuns</c>.</summary>
internal sealed class RunOptions
{
    public const string Section = "JobRuns";

    /// <summary>Longest time between two looks into the queue; what is queued meanwhile is looked at at once.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Runs at a time in this process.</summary>
    public int Parallel { get; set; } = 4;

    /// <summary>Wait before the first retry; doubled for each further one, ten minutes at most.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How far beyond its time-out a run may be before its process counts as hung.</summary>
    public TimeSpan HungAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Days that the record of runs is kept.</summary>
    public int KeepDays { get; set; } = 7;
}
