using CryptoAspire.Storage.Gold;
using Quartz;

namespace CryptoAspire.AggregationScheduler.Jobs;

/// <summary>Rolls the dirty buckets of <c>gold_10min_metrics</c>, the current one included.</summary>
[DisallowConcurrentExecution]
public sealed class RollTenMinuteJob(GoldRoller gold, RunRecorder recorder) : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        recorder.RunAsync(context, cancel => gold.RollAsync(GoldGrain.TenMinutes, cancel), cancellationToken);
}
