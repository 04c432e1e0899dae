using System.Globalization;
using System.Text.Json;
using CryptoAspire.MarketSimulator.Faults;
using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.Binance;

/// <summary>Binance under <c>/binance</c>: the combined stream at <c>/binance/stream</c> and the market-data REST endpoints that a feed client needs.</summary>
internal static class BinanceEndpoints
{
    private const int MaxPage = 1000;

    private static readonly byte[] Farewell = """{"e":"serverShutdown","E":1772187856145}"""u8.ToArray();

    public static void MapBinanceSocket(this WebApplication app) =>
        app.Map("/binance/stream", (HttpContext http, IMarket market) => VenueSocket.ServeAsync(http, (socket, cancellation) =>
        {
            var streams = http.Request.Query["streams"].ToString().Split('/', StringSplitOptions.RemoveEmptyEntries);
            return new BinanceSocket(socket, market, streams).Start(cancellation);
        }, Farewell));

    public static void MapBinanceRest(this WebApplication app)
    {
        var api = app.MapGroup("/binance/api/v3");
        api.MapGet("/ping", () => Results.Ok(new { }));
        api.MapGet("/time", (FaultBoard faults) => Results.Ok(new { serverTime = faults.ClockOf(VenueNames.Binance).ToUnixTimeMilliseconds() }));
        api.MapGet("/exchangeInfo", ExchangeInfo);
        api.MapGet("/trades", (string? symbol, int? limit, IMarket market) => Trades(symbol, limit, null, market));
        api.MapGet("/historicalTrades", Trades);
        api.MapGet("/klines", Klines);
    }

    private static IResult ExchangeInfo(IMarket market, TimeProvider clock) => Results.Ok(new
    {
        timezone = "UTC",
        serverTime = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        symbols = market.InstrumentsOf(VenueNames.Binance).Select(i => new
        {
            symbol = i.Id,
            status = "TRADING",
            baseAsset = i.Base,
            quoteAsset = i.Quote,
            filters = new object[]
            {
                new { filterType = "PRICE_FILTER", tickSize = i.PriceTick.ToString("F8") },
                new { filterType = "LOT_SIZE", stepSize = i.SizeStep.ToString("F8") },
            },
        }),
    });

    /// <summary>One-minute candles from <c>startTime</c> on (ms), oldest first; without it those of the last hours.</summary>
    private static IResult Klines(string? symbol, string? interval, long? startTime, int? limit, IMarket market, TimeProvider clock)
    {
        var instrument = market.InstrumentsOf(VenueNames.Binance).FirstOrDefault(i => i.Id == symbol);
        if (instrument is null) return Results.Json(new { code = -1121, msg = "Invalid symbol." }, statusCode: StatusCodes.Status400BadRequest);
        if (interval != "1m") return Results.Json(new { code = -1120, msg = "Invalid interval." }, statusCode: StatusCodes.Status400BadRequest);
        var count = Math.Clamp(limit ?? 500, 1, MaxPage);
        var fromUs = startTime * 1_000 ?? Wire.UnixUs(clock.GetUtcNow().AddMinutes(1 - count));
        return Wire.Answer(json =>
        {
            json.WriteStartArray();
            foreach (var minute in MarketMinute.Of(market, instrument, fromUs, count))
            {
                json.WriteStartArray();
                json.WriteNumberValue(minute.StartUs / 1_000);
                foreach (var value in (decimal[])[minute.Open, minute.High, minute.Low, minute.Close, minute.Volume]) json.WriteStringValue(value.ToString("F8", CultureInfo.InvariantCulture));
                json.WriteNumberValue(minute.StartUs / 1_000 + 59_999);
                json.WriteStringValue((minute.Volume * minute.Close).ToString("F8", CultureInfo.InvariantCulture));
                json.WriteNumberValue(minute.Trades);
                foreach (var unused in (string[])["0.00000000", "0.00000000", "0"]) json.WriteStringValue(unused);
                json.WriteEndArray();
            }
            json.WriteEndArray();
        });
    }

    /// <summary>Oldest first; without <c>fromId</c> the newest ones.</summary>
    private static IResult Trades(string? symbol, int? limit, long? fromId, IMarket market)
    {
        var instrument = market.InstrumentsOf(VenueNames.Binance).FirstOrDefault(i => i.Id == symbol);
        if (instrument is null) return Results.Json(new { code = -1121, msg = "Invalid symbol." }, statusCode: StatusCodes.Status400BadRequest);
        var count = Math.Clamp(limit ?? 500, 1, MaxPage);
        var from = fromId ?? (market.Latest(instrument)?.Id ?? 0) - count + 1;
        var page = market.TradesFrom(instrument, from, count);
        return Results.Stream(async body =>
        {
            await using var json = new Utf8JsonWriter(body);
            json.WriteStartArray();
            foreach (var trade in page) BinanceMessages.WriteRestTrade(json, trade);
            json.WriteEndArray();
        }, "application/json; charset=utf-8");
    }
}
