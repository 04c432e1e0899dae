using System.Globalization;
using CryptoAspire.AggregationScheduler.Running;
using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.AggregationScheduler.Jobs;

/// <summary>
/// Keeps the planner's knowledge fresh and says what autovacuum leaves behind, by pg_stat_user_tables. Autovacuum looks after every table by
/// itself except for the partitioned parent, which it never analyzes.
/// </summary>
internal sealed class MaintenanceJob(TableUpkeep tables) : IScheduledJob
{
    public static JobDefinition Definition { get; } = new("maintenance", "Analyzes Silver and tables that changed much, and vacuums tables that hold many dead rows.")
    {
        Schedule = "every 6h at 20m",
        CatchUp = false,
        Timeout = TimeSpan.FromMinutes(30),
    };

    public async Task RunAsync(JobRun run, CancellationToken cancel)
    {
        await tables.AnalyzeSilverAsync(cancel);
        var bloated = await tables.BloatedAsync(cancel);
        var changed = (await tables.ChangedAsync(cancel)).ExceptBy(bloated.Select(static table => table.Table), static table => table.Table).ToList();
        run.CountRead(bloated.Count + changed.Count);
        foreach (var (table, dead, live) in bloated)
        {
            await run.LogAsync(string.Create(CultureInfo.InvariantCulture, $"{table}: {dead} dead rows beside {live}, vacuumed"));
            await tables.VacuumAsync(table, cancel);
            run.CountWritten(1);
        }

        foreach (var (table, rows, live) in changed)
        {
            await run.LogAsync(string.Create(CultureInfo.InvariantCulture, $"{table}: {rows} of {live} rows have changed since it was analyzed, analyzed"));
            await tables.AnalyzeAsync(table, cancel);
            run.CountWritten(1);
        }
    }
}
