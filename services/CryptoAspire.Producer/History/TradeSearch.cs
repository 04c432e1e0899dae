using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.History;

/// <summary>Finds where a time is among a venue's trades that can only be asked for by id: ids rise with time.</summary>
internal static class TradeSearch
{
    // About a page: nearer need not be found.
    private const long Near = 1_000;

    /// <summary>A place before the first trade of that time or later, a page or so at most; null when there is no such trade.</summary>
    /// <param name="timeUs">Unix µs.</param>
    /// <exception cref="HttpRequestException">The venue did not answer properly.</exception>
    public static async Task<TradeCursor?> BeforeAsync(IVenue venue, VenueInstrument instrument, long timeUs, CancellationToken cancellation)
    {
        var newest = await venue.RecentTradesAsync(instrument, 1, cancellation);
        if (newest.Count == 0 || newest[^1].EventTimeUs < timeUs) return null;

        // 1. Back in longer and longer steps until it is before the time.
        var (low, high) = (0L, newest[^1].TradeId);
        for (var step = Near; high - step > 0; step *= 4)
        {
            if (await IsBeforeAsync(venue, instrument, high - step, timeUs, cancellation))
            {
                low = high - step;
                break;
            }
            high -= step;
        }

        // 2. Halving what lies between.
        while (high - low > Near)
        {
            var middle = low + (high - low) / 2;
            if (await IsBeforeAsync(venue, instrument, middle, timeUs, cancellation)) low = middle;
            else high = middle;
        }
        return new TradeCursor(low, timeUs - 1);
    }

    /// <summary>Ids of before what the venue keeps count as before.</summary>
    private static async Task<bool> IsBeforeAsync(IVenue venue, VenueInstrument instrument, long id, long timeUs, CancellationToken cancellation)
    {
        var page = await venue.TradesAfterAsync(instrument, new TradeCursor(id, 0), cancellation);
        return page.Trades.Count == 0 || page.Trades[0].EventTimeUs < timeUs;
    }
}
