using CryptoAspire.AggregationScheduler.Running;
using CryptoAspire.Storage.Gold;
using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.AggregationScheduler.Jobs;

/// <summary>Computes the signals of the candles that changed, and of those after them. The ten-minute roll says where.</summary>
internal sealed class SignalsJob(SignalRoller signals, GoldBackfill backfill, TimeProvider time) : IScheduledJob
{
    public const string Name = "signals";

    public static JobDefinition Definition { get; } = new(Name, "Computes the technical signals of the candles that changed.")
    {
        Schedule = "every 10m at 45s",
        After = [RollTenMinuteJob.Name],
        Timeout = TimeSpan.FromMinutes(15),
        Parameters = BackfillParameters.Names,
    };

    public async Task RunAsync(JobRun run, CancellationToken cancel)
    {
        if (BackfillParameters.Of(run, time) is { } range)
            await run.LogAsync($"the signals of {await backfill.MarkSignalsAsync(range.From, range.To, range.Symbols, cancel)} symbols are computed again from {range.From:u}");
        var (read, written) = await signals.RollAsync(cancel);
        run.CountRead(read);
        run.CountWritten(written);
    }
}
