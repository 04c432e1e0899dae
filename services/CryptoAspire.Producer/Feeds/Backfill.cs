using System.Runtime.CompilerServices;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>Reads a stretch of trades from a venue's REST interface, page by page, oldest first.</summary>
internal static class Backfill
{
    /// <summary>The trades that the venue has with ids from <paramref name="first"/> to <paramref name="last"/>.</summary>
    /// <param name="endsAtEmptyPage">Whether a page without trades is the end, rather than a hole of a page's length.</param>
    /// <exception cref="HttpRequestException">The venue did not answer properly.</exception>
    public static async IAsyncEnumerable<VenueTrade> ReadAsync(
        IVenue venue, VenueInstrument instrument, long first, long last, bool endsAtEmptyPage, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var next = first; next <= last;)
        {
            var page = await venue.TradesFromAsync(instrument, next, cancellation);
            if (page.Count == 0 && endsAtEmptyPage) yield break;
            if (page.Count > 0 && page[^1].TradeId < next) throw new HttpRequestException($"asked for trades from {next}, got older ones");
            if (page.Count == 0) next += venue.PageSize;
            foreach (var trade in page)
            {
                if (trade.TradeId > last) yield break;
                if (trade.TradeId < next) continue;
                next = trade.TradeId + 1;
                yield return trade;
            }
        }
    }
}
