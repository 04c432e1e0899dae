using CryptoAspire.AggregationScheduler.Running;
using CryptoAspire.Storage.Gold;
using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.AggregationScheduler.Jobs;

/// <summary>Rolls the dirty buckets of <c>gold_10min_metrics</c>, the current one included.</summary>
internal sealed class RollTenMinuteJob(GoldWork work) : IScheduledJob
{
    public const string Name = "gold-10min";

    public static JobDefinition Definition { get; } = new(Name, "Rolls the ten-minute metrics of the buckets that changed.")
    {
        Schedule = "every 10s",
        Parameters = BackfillParameters.Names,
    };

    public Task RunAsync(JobRun run, CancellationToken cancel) => work.RunAsync(GoldGrain.TenMinutes, run, cancel);
}
