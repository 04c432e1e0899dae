using CryptoAspire.AggregationScheduler.Running;
using CryptoAspire.Storage.Gold;
using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.AggregationScheduler.Jobs;

/// <summary>Rolls the dirty buckets of <c>gold_hourly_metrics</c>, the current one included.</summary>
internal sealed class RollHourJob(GoldWork work) : IScheduledJob
{
    public const string Name = "gold-hourly";

    public static JobDefinition Definition { get; } = new(Name, "Rolls the hourly metrics of the buckets that changed.")
    {
        Schedule = "every 10s at 1s",
        Parameters = BackfillParameters.Names,
    };

    public Task RunAsync(JobRun run, CancellationToken cancel) => work.RunAsync(GoldGrain.Hour, run, cancel);
}
