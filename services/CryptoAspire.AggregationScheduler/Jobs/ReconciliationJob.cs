using CryptoAspire.AggregationScheduler.Quality;
using CryptoAspire.AggregationScheduler.Running;
using CryptoAspire.Storage.Jobs;
using CryptoAspire.Storage.Reconciliation;
using Microsoft.Extensions.Options;

namespace CryptoAspire.AggregationScheduler.Jobs;

/// <summary>Compares the minutes that have closed with the venues' own candles, and asks for the trades of those that differ.</summary>
internal sealed class ReconciliationJob(CandleReconciler reconciler, IOptions<ReconciliationOptions> options, TimeProvider time) : IScheduledJob
{
    public static JobDefinition Definition { get; } = new("reconciliation", "Compares our one-minute candles with the venues' own, and has differing minutes fetched again.")
    {
        Schedule = "every 1m at 15s",
        Parameters = ["from", "to"],
    };

    public async Task RunAsync(JobRun run, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var (compared, differing, repairs) = await reconciler.CompareAsync(
            run.Time("from") ?? now - options.Value.LookBack, run.Time("to") ?? now, options.Value.Limits, $"{Definition.Name} {run.Taken.Id}", cancel);
        run.CountRead(compared);
        run.CountWritten(compared);
        run.CountRejected(differing);
        if (differing > 0)
            await run.WarnAsync($"{differing} of {compared} minutes differ from the venues'; the trades of {repairs} are fetched again");
    }
}
