using System.ComponentModel;
using CryptoAspire.Api.Contracts;
using CryptoAspire.Market;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Apis;

/// <summary>What made a candle.</summary>
internal static class LineageApi
{
    private const int DefaultTrades = 100;
    private const int MostTrades = 1000;

    public static void MapLineageApi(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/candles/{symbol}/lineage", GetLineage)
            .WithName("GetCandleLineage")
            .WithTags("Candles")
            .WithSummary("The trades, sources, Bronze offsets and revisions of one candle")
            .WithDescription("Trades come in the order in which they are folded, as long as Silver keeps them; next, when given, is the value of after for the next page.")
            .Produces<LineageAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> GetLineage(
        CandleHistory history,
        [Description("BTC-USD; other spellings are read too.")] string symbol,
        [Description("1m (default), 5m, 15m, 1h, 4h or 1d.")] string? interval,
        [Description("A time in the candle, ISO 8601.")] string? start,
        [Description("A source such as coinbase; * (default) for all venues together.")] string? venue,
        [Description("How many trades, 1 to 1000; 100 when left out.")] string? limit,
        [Description("next of the page before.")] string? after,
        CancellationToken cancel)
    {
        var canonical = Arguments.ReadSymbol(symbol);
        var length = Arguments.ReadInterval(interval);
        var place = Arguments.ReadVenue(venue);
        var count = Arguments.ReadCount("limit", limit, DefaultTrades, MostTrades);
        var time = Arguments.ReadTime("start", start)
            ?? throw new RequestProblemException(400, "start", start, "is missing.", "Give the candle's start, for example start=2024-08-08T23:55:00Z.");
        var bucket = UnixMicroseconds.ToTime(length.StartOf(UnixMicroseconds.Of(time)));
        var cursor = ReadAfter(after);

        var lineage = await history.LineageAsync(canonical, place, length, bucket, cancel)
            ?? throw new RequestProblemException(404, "start", start, $"is in no {length.Name()} candle of {canonical} at {place}.", $"GET /api/v1/candles/{canonical} lists those that there are.");
        var trades = await history.TradesAsync(lineage.Candle, cursor, count, cancel);
        return TypedResults.Ok(LineageAnswer.Of(lineage, trades, trades.Count == count ? Shown(trades[^1]) : null));
    }

    private static string Shown(CandleTrade trade) => $"{UnixMicroseconds.Of(trade.EventTime)}_{trade.Source}_{trade.TradeId}";

    private static CandleTrade? ReadAfter(string? text)
    {
        if (text is null)
            return null;
        var (first, last) = (text.IndexOf('_'), text.LastIndexOf('_'));
        return first > 0 && last > first && long.TryParse(text.AsSpan(0, first), out var us) && us is > 0 and < 4_102_444_800_000_000 && long.TryParse(text.AsSpan(last + 1), out var id)
            ? new CandleTrade(text[(first + 1)..last], id, UnixMicroseconds.ToTime(us), 0, 0, Side.Buy, 0, 0, default)
            : throw new RequestProblemException(400, "after", text, "is not a place among the trades.", "Leave it out for the first page, then give next as it was answered.");
    }
}
