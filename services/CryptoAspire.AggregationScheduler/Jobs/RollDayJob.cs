using CryptoAspire.AggregationScheduler.Running;
using CryptoAspire.Storage.Gold;
using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.AggregationScheduler.Jobs;

/// <summary>Rolls the dirty days of <c>gold_daily_metrics</c>, the current one included. The ten-minute roll marks them.</summary>
internal sealed class RollDayJob(GoldWork work) : IScheduledJob
{
    public const string Name = "gold-daily";

    public static JobDefinition Definition { get; } = new(Name, "Rolls the daily metrics of the days that changed.")
    {
        Schedule = "every 10m at 30s",
        After = [RollTenMinuteJob.Name],
        Cooldown = TimeSpan.FromMinutes(1),
        Parameters = BackfillParameters.Names,
    };

    public Task RunAsync(JobRun run, CancellationToken cancel) => work.RunAsync(GoldGrain.Day, run, cancel);
}
