using System.Runtime.CompilerServices;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>Reads a stretch of trades from a venue's REST interface, page by page, oldest first.</summary>
internal static class Backfill
{
    /// <summary>The trades that the venue has after <paramref name="after"/>, with ids up to <paramref name="last"/>.</summary>
    /// <param name="endsAtEmptyPage">Whether a page without trades is the end, rather than a hole of a page's length.</param>
    /// <exception cref="HttpRequestException">The venue did not answer properly.</exception>
    public static async IAsyncEnumerable<VenueTrade> ReadAsync(
        IVenue venue, VenueInstrument instrument, TradeCursor after, long last, bool endsAtEmptyPage, [EnumeratorCancellation] CancellationToken cancellation)
    {
        TradeCursor? next = after;
        while (next is { } from && after.TradeId < last)
        {
            var page = await venue.TradesAfterAsync(instrument, from, cancellation);
            if (page.Trades.Count == 0 && endsAtEmptyPage) yield break;
            foreach (var trade in page.Trades)
            {
                if (trade.TradeId > last) yield break;
                if (trade.TradeId <= after.TradeId) continue;
                after = TradeCursor.Of(trade);
                yield return trade;
            }
            next = Further(page.Next, from);
            if (next is { } further && further.TradeId >= last) yield break;
        }
    }

    /// <summary>All trades that the venue has after <paramref name="after"/> by time, up to <paramref name="untilUs"/>, repetitions at the pages' edges included.</summary>
    /// <exception cref="HttpRequestException">The venue did not answer properly.</exception>
    public static async IAsyncEnumerable<VenueTrade> ReadAsync(
        IVenue venue, VenueInstrument instrument, TradeCursor after, long untilUs, [EnumeratorCancellation] CancellationToken cancellation)
    {
        TradeCursor? next = after;
        while (next is { } from)
        {
            var page = await venue.TradesAfterAsync(instrument, from, cancellation);
            // An empty page is no end where the next one is later, as at a venue that is asked span by span; one asked by id names a next page for ever.
            if (page.Trades.Count == 0 && !(page.Next?.EventTimeUs > from.EventTimeUs && page.Next?.EventTimeUs <= untilUs)) yield break;
            foreach (var trade in page.Trades)
            {
                if (trade.EventTimeUs > untilUs) yield break;
                yield return trade;
            }
            next = Further(page.Next, from);
        }
    }

    /// <exception cref="HttpRequestException">The venue's next page begins where this one did.</exception>
    public static TradeCursor? Further(TradeCursor? next, TradeCursor from) =>
        next == from ? throw new HttpRequestException($"asked for trades after {from.TradeId}, the next page begins there again") : next;
}
