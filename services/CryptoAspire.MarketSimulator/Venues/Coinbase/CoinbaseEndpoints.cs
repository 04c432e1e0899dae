using System.Text.Json;
using CryptoAspire.MarketSimulator.Faults;
using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.Coinbase;

/// <summary>Coinbase Exchange under <c>/coinbase</c>: the feed at <c>/coinbase/ws</c> and the REST endpoints that a feed client needs.</summary>
internal static class CoinbaseEndpoints
{
    private const int MaxPage = 1000, MaxCandles = 300;

    public static void MapCoinbaseSocket(this WebApplication app) =>
        app.Map("/coinbase/ws", (HttpContext http, IMarket market, TimeProvider clock) =>
            VenueSocket.ServeAsync(http, (socket, cancellation) => new CoinbaseSocket(socket, market, clock).Start(cancellation)));

    public static void MapCoinbaseRest(this WebApplication app)
    {
        var api = app.MapGroup("/coinbase");
        api.MapGet("/time", Time);
        api.MapGet("/products", Products);
        api.MapGet("/products/{id}/trades", Trades);
        api.MapGet("/products/{id}/stats", Stats);
        api.MapGet("/products/{id}/candles", Candles);
    }

    private static IResult Time(FaultBoard faults)
    {
        var now = faults.ClockOf(VenueNames.Coinbase);
        return Results.Ok(new { iso = now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"), epoch = now.ToUnixTimeMilliseconds() / 1000m });
    }

    private static IResult Products(IMarket market) => Results.Ok(market.InstrumentsOf(VenueNames.Coinbase).Select(i => new
    {
        id = i.Id,
        base_currency = i.Base,
        quote_currency = i.Quote,
        quote_increment = i.PriceTick.ToString(),
        base_increment = i.SizeStep.ToString(),
        display_name = $"{i.Base}/{i.Quote}",
        status = "online",
        trading_disabled = false,
    }));

    /// <summary>The last 24 hours.</summary>
    private static IResult Stats(string id, IMarket market)
    {
        var instrument = market.InstrumentsOf(VenueNames.Coinbase).FirstOrDefault(i => i.Id == id);
        if (instrument is null || market.Latest(instrument) is not { } last || market.Summary(instrument) is not { } day) return Results.Json(new { message = "NotFound" }, statusCode: StatusCodes.Status404NotFound);
        return Results.Ok(new
        {
            open = Wire.Text(day.Open), high = Wire.Text(day.High), low = Wire.Text(day.Low), last = Wire.Text(last.Price),
            volume = Wire.Text(day.Volume), volume_30day = Wire.Text(day.Volume30Days),
        });
    }

    /// <summary>One-minute candles of a span of at most 300, newest first: time (s), low, high, open, close, volume.</summary>
    private static IResult Candles(string id, int? granularity, DateTimeOffset? start, DateTimeOffset? end, IMarket market, TimeProvider clock)
    {
        var instrument = market.InstrumentsOf(VenueNames.Coinbase).FirstOrDefault(i => i.Id == id);
        if (instrument is null) return Results.Json(new { message = "NotFound" }, statusCode: StatusCodes.Status404NotFound);
        if (granularity != 60) return Results.Json(new { message = "Unsupported granularity" }, statusCode: StatusCodes.Status400BadRequest);
        var until = end ?? clock.GetUtcNow();
        var from = start ?? until.AddMinutes(-MaxCandles);
        if (until - from > TimeSpan.FromMinutes(MaxCandles))
            return Results.Json(new { message = "granularity too small for the requested time range. Count of aggregations requested exceeds 300" }, statusCode: StatusCodes.Status400BadRequest);
        return Wire.Answer(json =>
        {
            json.WriteStartArray();
            foreach (var minute in MarketMinute.Of(market, instrument, Wire.UnixUs(from), MaxCandles).TakeWhile(m => m.StartUs <= Wire.UnixUs(until)).Reverse())
            {
                json.WriteStartArray();
                json.WriteNumberValue(minute.StartUs / 1_000_000);
                foreach (var value in (decimal[])[minute.Low, minute.High, minute.Open, minute.Close, minute.Volume]) json.WriteNumberValue(value);
                json.WriteEndArray();
            }
            json.WriteEndArray();
        });
    }

    /// <summary>Newest first; <c>after</c> asks for older trades than that id, <c>before</c> for newer ones; cursors come back in the headers.</summary>
    private static IResult Trades(string id, long? after, long? before, int? limit, HttpContext http, IMarket market)
    {
        var instrument = market.InstrumentsOf(VenueNames.Coinbase).FirstOrDefault(i => i.Id == id);
        if (instrument is null) return Results.Json(new { message = "NotFound" }, statusCode: StatusCodes.Status404NotFound);
        var count = Math.Clamp(limit ?? MaxPage, 1, MaxPage);
        var newest = Math.Min(market.Latest(instrument)?.Id ?? 0, (after ?? long.MaxValue) - 1);
        var oldest = Math.Max(newest - count + 1, (before ?? 0) + 1);
        var page = newest < oldest ? [] : market.TradesFrom(instrument, oldest, (int)(newest - oldest + 1));
        if (page.Count > 0)
        {
            http.Response.Headers["CB-BEFORE"] = page[^1].Id.ToString();
            http.Response.Headers["CB-AFTER"] = page[0].Id.ToString();
        }
        return Results.Stream(async body =>
        {
            await using var json = new Utf8JsonWriter(body);
            json.WriteStartArray();
            foreach (var trade in page.Reverse()) CoinbaseMessages.WriteRestTrade(json, trade);
            json.WriteEndArray();
        }, "application/json; charset=utf-8");
    }
}
