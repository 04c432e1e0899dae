using System.ComponentModel;
using CryptoAspire.Api.Contracts;
using CryptoAspire.Market;
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
            .WithDescription("Candles whose start is in [from, to). When there are more than limit, the newest are given. With asOf: as they were known then; one that was open then has revision 0.")
            .Produces<CandleSeries>()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> GetCandles(
        HttpContext context,
        CandleQueries candles,
        CandleHistory history,
        KnownSymbols known,
        [Description("BTC-USD; BTCUSD, btc-usd and the venues' spellings are read too.")] string symbol,
        [Description("1m (default), 5m, 15m, 1h, 4h or 1d.")] string? interval,
        [Description("Earliest start, inclusive, ISO 8601.")] string? from,
        [Description("Latest start, exclusive, ISO 8601.")] string? to,
        [Description("1 to 5000, 500 when left out.")] string? limit,
        [Description("A source such as coinbase; * (default) for all venues together.")] string? venue,
        [Description("As known at this time, ISO 8601, by the processor's clock; now when left out.")] string? asOf,
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

        var found = Arguments.ReadTime("asOf", asOf) is { } then
            ? await history.ReadAsOfAsync(canonical, place, length, earliest, latest, then, count, cancel)
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
}
