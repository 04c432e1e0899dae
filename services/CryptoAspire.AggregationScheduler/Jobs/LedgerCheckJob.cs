using CryptoAspire.AggregationScheduler.Running;
using CryptoAspire.Storage.Jobs;
using CryptoAspire.Storage.Queries;
using CryptoAspire.Storage.Silver;

namespace CryptoAspire.AggregationScheduler.Jobs;

/// <summary>
/// Compares the ledger with Silver's rows, and says which partitions do not balance. The stream processor does it every minute as long as it
/// runs; here it is seen and done also when no processor runs, and a partition that ever was unbalanced stays in sight.
/// </summary>
internal sealed class LedgerCheckJob(LedgerAudit ledger, OperationsQueries operations) : IScheduledJob
{
    public static JobDefinition Definition { get; } = new("ledger-check", "Compares the ledger of each Bronze partition with the rows that are really in Silver.") { Schedule = "every 5m at 50s" };

    public async Task RunAsync(JobRun run, CancellationToken cancel)
    {
        await ledger.CheckAsync(cancel);
        var partitions = await operations.LedgerAsync(cancel);
        run.CountRead(partitions.Count);
        run.CountWritten(partitions.Count(static partition => partition.CheckedAt is not null));
        foreach (var partition in partitions.Where(static partition => partition is { Balanced: false } or { FailedChecks: > 0 }))
        {
            run.CountRejected(1);
            await run.WarnAsync($"{partition.Topic} [{partition.Partition}]: {partition.FailedChecks} checks did not balance, the newest {(partition.Balanced == false ? "neither" : "did")}; see incidents");
        }
    }
}
