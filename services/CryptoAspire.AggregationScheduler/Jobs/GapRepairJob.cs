using CryptoAspire.AggregationScheduler.Quality;
using CryptoAspire.AggregationScheduler.Running;
using CryptoAspire.Storage.Jobs;
using CryptoAspire.Storage.Reconciliation;
using Microsoft.Extensions.Options;

namespace CryptoAspire.AggregationScheduler.Jobs;

/// <summary>Has the trades of open gaps fetched again.</summary>
internal sealed class GapRepairJob(GapRepair gaps, IOptions<ReconciliationOptions> options) : IScheduledJob
{
    public static JobDefinition Definition { get; } = new("gap-repair", "Has the trades fetched again that are missing between others.") { Schedule = "every 1m at 40s" };

    public async Task RunAsync(JobRun run, CancellationToken cancel)
    {
        var (open, requested, givenUp) = await gaps.RequestAsync(options.Value.Repairs, $"{Definition.Name} {run.Taken.Id}", cancel);
        run.CountRead(open);
        run.CountWritten(requested);
        run.CountRejected(givenUp);
        if (requested > 0)
            await run.LogAsync($"{requested} of {open} open gaps are fetched again");
    }
}
