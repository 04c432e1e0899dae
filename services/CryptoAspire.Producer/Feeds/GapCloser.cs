using CryptoAspire.Market;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Fetches what is missing while live trades flow: they passed because the venue could not tell, or because it was too much to wait for.
/// </summary>
internal sealed partial class GapCloser(IVenue venue, FeedSink sink, FeedStatus status, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    /// <summary>Tries all open gaps from time to time until told to stop.</summary>
    /// <param name="find">The instrument behind a venue's product id.</param>
    public async Task RunAsync(Func<string, VenueInstrument> find, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
                foreach (var gap in status.OpenGaps.Where(g => g.Count <= RepairPolicy.LongestGap))
                    await CloseAsync(find(gap.InstrumentId), gap, stopping);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task CloseAsync(VenueInstrument instrument, TradeGap gap, CancellationToken stopping)
    {
        var rest = gap;
        var fetched = 0;
        try
        {
            await foreach (var trade in Backfill.ReadAsync(venue, instrument, gap.FromId, gap.ToId, endsAtEmptyPage: false, stopping))
            {
                await sink.TradeAsync(instrument, trade, UnixMicroseconds.Of(clock.GetUtcNow()), stopping);
                rest = gap with { FromId = trade.TradeId + 1 };
                fetched++;
            }
            status.Shrink(gap, null);
            LogClosed(instrument.Id, gap.FromId, gap.ToId, fetched);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            status.Shrink(gap, rest);
            LogOpen(instrument.Id, rest.FromId, rest.ToId, e.Message);
        }
        status.CountRepaired(fetched);
    }

    [LoggerMessage(LogLevel.Information, "{Instrument}: gap {First} to {Last} closed with {Trades} trades")]
    private partial void LogClosed(string instrument, long first, long last, int trades);

    [LoggerMessage(LogLevel.Warning, "{Instrument}: trades {First} to {Last} are still missing: {Problem}")]
    private partial void LogOpen(string instrument, long first, long last, string problem);
}
