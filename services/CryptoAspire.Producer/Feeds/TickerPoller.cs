using CryptoAspire.Market;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>Asks a venue for the tickers that its socket does not bring, product by product, spread evenly over the interval.</summary>
internal sealed partial class TickerPoller(ITickerSource source, FeedSink sink, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan WhenIdle = TimeSpan.FromSeconds(1);

    /// <param name="instruments">What is followed at that moment.</param>
    public async Task RunAsync(Func<IReadOnlyList<VenueInstrument>> instruments, CancellationToken stopping)
    {
        var failing = false;
        while (!stopping.IsCancellationRequested)
        {
            var round = instruments();
            var pause = round.Count > 0 ? source.TickerInterval / round.Count : WhenIdle;
            foreach (var instrument in round.DefaultIfEmpty())
            {
                if (instrument is not null)
                {
                    try
                    {
                        var ticker = await source.TickerAsync(instrument, stopping);
                        var now = clock.GetUtcNow();
                        var timed = ticker.EventTimeUs > 0 ? ticker : ticker with { EventTimeUs = ITickerSource.SlotOf(now, source.TickerInterval) };
                        await sink.TickerAsync(instrument, timed, UnixMicroseconds.Of(now), stopping);
                        failing = false;
                    }
                    catch (OperationCanceledException) when (stopping.IsCancellationRequested)
                    {
                        return;
                    }
                    catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
                    {
                        // The next round asks again; the first failure in a row is told.
                        if (!failing) LogFailed(instrument.Id, e.Message);
                        failing = true;
                    }
                }
                await Task.Delay(pause, clock, stopping).ContinueWith(_ => { }, TaskScheduler.Default);
                if (stopping.IsCancellationRequested) return;
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Instrument}: no ticker ({Problem})")]
    private partial void LogFailed(string instrument, string problem);
}
