using System.ComponentModel;
using CryptoAspire.Api.Contracts;
using CryptoAspire.Market;
using CryptoAspire.Storage.History;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Apis;

/// <summary>Candles.</summary>
internal static class CandlesApi
{
    private const int DefaultLimit = 500;
    private const int MostCandles = 5000;

    public static void MapCandlesApi(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/candles/{symbol}", GetCandles)
            .WithName("GetCandles")
            .WithTags("Candles")
            .WithSummary("Candles of one symbol, oldest first")
            .WithDescription("Candles whose start is in [from, to). When there are more than limit, the newest are given. With asOf: as they were known then; one that was open then has revision 0. "
                + "What we counted ourselves is live. Imported files and the venues' own REST interface are history, which is asked for by origin and by venue: history gives nothing else, all gives live candles and history where there is none. "
                + "Of several origins of one candle the venue's REST comes first, then the one that tells most.")
            .Produces<CandleSeries>()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> GetCandles(
        HttpContext context,
        CandleQueries candles,
        CandleHistory asOfs,
        HistoryQueries history,
        KnownSymbols known,
        [Description("BTC-USD; BTCUSD, btc-usd and the venues' spellings are read too.")] string symbol,
        [Description("1m (default), 5m, 15m, 1h, 4h or 1d.")] string? interval,
        [Description("Earliest start, inclusive, ISO 8601.")] string? from,
        [Description("Latest start, exclusive, ISO 8601.")] string? to,
        [Description("1 to 5000, 500 when left out.")] string? limit,
        [Description("A source such as coinbase; * (default) for all venues together.")] string? venue,
        [Description("As known at this time, ISO 8601, by the processor's clock; now when left out.")] string? asOf,
        [Description("live (default), history or all; the latter two for one venue.")] string? origin,
        CancellationToken cancel)
    {
        var canonical = Arguments.ReadSymbol(symbol);
        var length = Arguments.ReadInterval(interval);
        var earliest = Arguments.ReadTime("from", from);
        var latest = Arguments.ReadTime("to", to);
        var count = Arguments.ReadCount("limit", limit, DefaultLimit, MostCandles);
        var place = Arguments.ReadVenue(venue);
        if (earliest >= latest)
            throw new RequestProblemException(400, "from", from, $"is not before to, '{to}'.", "Give a from that is earlier than to, or leave one of them out.");

        if (origin is not (null or "live"))
        {
            RequireHistory(origin, place, asOf);
            return await GetHistoryAsync(context, history, known, canonical, symbol, place, length, (earliest, latest), count, withLive: origin == "all", cancel);
        }

        var found = Arguments.ReadTime("asOf", asOf) is { } then
            ? await asOfs.ReadAsOfAsync(canonical, place, length, earliest, latest, then, count, cancel)
            : await candles.ReadAsync(canonical, place, length, earliest, latest, count, cancel);
        if (found.Count == 0)
            await known.EnsureAsync(canonical, symbol, cancel);

        var tag = new EntityTag();
        foreach (var candle in found)
        {
            tag.Add(candle.Start.UtcTicks);
            tag.Add(candle.Revision);
            tag.Add(candle.TradeCount);
            tag.Add((long)candle.Status);
        }

        return tag.Answer(context, new CandleSeries(canonical, place, length.Name(), [.. found.Select(CandleItem.Of)]));
    }

    private static async Task<IResult> GetHistoryAsync(
        HttpContext context, HistoryQueries history, KnownSymbols known, string symbol, string asked, string venue, Interval length, (DateTimeOffset? From, DateTimeOffset? To) range, int count,
        bool withLive, CancellationToken cancel)
    {
        var found = await history.ReadAsync(symbol, venue, length, range.From, range.To, count, withLive, cancel);
        if (found.Count == 0 && (await history.VenuesAsync(symbol, cancel)).Count == 0)
            await known.EnsureAsync(symbol, asked, cancel);

        // No revision tells that a file or a venue has changed history: the values themselves do.
        var tag = new EntityTag();
        foreach (var candle in found)
        {
            tag.Add(candle.Start.UtcTicks);
            tag.Add(candle.Revision);
            tag.Add(NameHash.Of(candle.Origin));
            foreach (var value in (ReadOnlySpan<decimal>)[candle.Open, candle.High, candle.Low, candle.Close, candle.Volume ?? -1, candle.Notional ?? -1, candle.TradeCount ?? -1])
                tag.Add(value.GetHashCode());
        }

        return tag.Answer(context, new CandleSeries(symbol, venue, length.Name(), [.. found.Select(CandleItem.Of)]));
    }

    private static void RequireHistory(string origin, string venue, string? asOf)
    {
        if (origin is not ("history" or "all"))
            throw new RequestProblemException(400, "origin", origin, "is not an origin.", "Write live, history or all, or leave it out for live.");
        if (venue == Venue.All)
            throw new RequestProblemException(400, "venue", venue, "has no history: it is of one venue each.", "Name a venue, for example venue=coinbase.");
        if (asOf is not null)
            throw new RequestProblemException(400, "asOf", asOf, "is of live candles only.", "Leave asOf or origin out.");
    }
}
