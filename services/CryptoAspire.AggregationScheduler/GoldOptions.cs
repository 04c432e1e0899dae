namespace CryptoAspire.AggregationScheduler;

/// <summary>Settings of the scheduler, section <c>Gold</c>.</summary>
public sealed class GoldOptions
{
    public const string Section = "Gold";

    /// <summary>Seconds between two looks for dirty buckets.</summary>
    public int IntervalSeconds { get; set; } = 10;

    /// <summary>Days that the record of runs is kept.</summary>
    public int JobRunDays { get; set; } = 7;
}
