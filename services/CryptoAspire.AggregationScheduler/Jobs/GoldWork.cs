using CryptoAspire.AggregationScheduler.Running;
using CryptoAspire.Storage.Gold;

namespace CryptoAspire.AggregationScheduler.Jobs;

/// <summary>What the jobs of Gold's grains have in common: mark the range, when one is asked for, and roll what is dirty.</summary>
internal sealed class GoldWork(GoldRoller gold, GoldBackfill backfill, TimeProvider time)
{
    public async Task RunAsync(GoldGrain grain, JobRun run, CancellationToken cancel)
    {
        if (BackfillParameters.Of(run, time) is { } range)
            await run.LogAsync($"{await backfill.MarkAsync(grain, range.From, range.To, range.Symbols, cancel)} buckets of [{range.From:u}, {range.To:u}) are rolled again");
        run.CountWritten(await gold.RollAsync(grain, cancel));
    }
}
