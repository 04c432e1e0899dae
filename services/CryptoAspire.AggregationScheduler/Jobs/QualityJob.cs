using System.Globalization;
using CryptoAspire.AggregationScheduler.Running;
using CryptoAspire.Storage.Jobs;
using CryptoAspire.Storage.Quality;

namespace CryptoAspire.AggregationScheduler.Jobs;

/// <summary>Looks at every expectation, every quarter of an hour and after Gold.</summary>
internal sealed class QualityJob(QualityPass pass) : IScheduledJob
{
    private const int MostWarnings = 50;

    public static JobDefinition Definition { get; } = new("quality", "Checks what is expected of the data, and scores each symbol and venue.")
    {
        Schedule = "every 15m at 1m",
        CatchUp = false,
        After = [RollTenMinuteJob.Name, RollHourJob.Name, RollDayJob.Name],
        Cooldown = TimeSpan.FromMinutes(5),
        Timeout = TimeSpan.FromMinutes(10),
    };

    public async Task RunAsync(JobRun run, CancellationToken cancel)
    {
        var outcomes = await pass.RunAsync(run.Taken.Id, cancel);
        var failing = outcomes.Where(static outcome => !outcome.Passed).ToList();
        run.CountRead(outcomes.Sum(static outcome => outcome.Checked));
        run.CountWritten(outcomes.Count);
        run.CountRejected(failing.Sum(static outcome => outcome.Failed));
        foreach (var outcome in failing.OrderByDescending(static outcome => outcome.Expectation.Severity).Take(MostWarnings))
        {
            await run.WarnAsync(outcome.Error is { } error
                ? $"{outcome.Expectation.Name} could not be looked at: {error}"
                : string.Create(CultureInfo.InvariantCulture, $"{outcome.Expectation.Name}: {outcome.Failed} of {outcome.Checked} fail for {outcome.Symbol} at {outcome.Venue}"));
        }
    }
}
