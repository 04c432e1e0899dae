using System.Globalization;
using System.Text.Json.Nodes;
using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.Gemini;

/// <summary>Gemini under <c>/gemini</c>: v2 market data at <c>/gemini/v2/marketdata</c>, the stream API at <c>/gemini/ws</c>, and the public REST endpoints.</summary>
internal static class GeminiEndpoints
{
    private const int DefaultPage = 50, MaxPage = 500, Hours = 24;

    public static void MapGemini(this WebApplication app)
    {
        app.Map("/gemini/v2/marketdata", (HttpContext http, IMarket market, TimeProvider clock) =>
            VenueSocket.ServeAsync(http, (socket, cancellation) => new GeminiSocket(socket, market, clock).Start(cancellation)));
        app.Map("/gemini/ws", (HttpContext http, IMarket market, TimeProvider clock) =>
            VenueSocket.ServeAsync(http, (socket, cancellation) => new GeminiStreamSocket(socket, market, clock).Start(cancellation)));
        var api = app.MapGroup("/gemini")
            .AddEndpointFilter(new RateLimit(perSecond: 2, burst: 40, app.Services.GetRequiredService<TimeProvider>(), http =>
            {
                http.Response.Headers.RetryAfter = "5";
                return Error(StatusCodes.Status429TooManyRequests, "RateLimit", "Requests were made too frequently");
            }));
        api.MapGet("/v1/symbols", (IMarket market) => Results.Ok(market.InstrumentsOf(VenueNames.Gemini).Select(i => i.Id.ToLowerInvariant())));
        api.MapGet("/v1/symbols/details/{symbol}", Details);
        api.MapGet("/v1/pubticker/{symbol}", PublicTicker);
        api.MapGet("/v2/ticker/{symbol}", TickerV2);
        api.MapGet("/v1/trades/{symbol}", Trades);
        api.MapGet("/v2/candles/{symbol}/{frame}", Candles);
    }

    private static IResult Details(string symbol, IMarket market) => With(symbol, market, i => Results.Ok(new
    {
        symbol = i.Id,
        base_currency = i.Base,
        quote_currency = i.Quote,
        tick_size = i.SizeStep,
        quote_increment = i.PriceTick,
        min_order_size = Wire.Text(i.SizeStep),
        status = "open",
        wrap_enabled = false,
        product_type = "spot",
        contract_type = "vanilla",
        contract_price_currency = i.Quote,
    }));

    /// <summary>The volume's keys are the pair's assets; in the quote asset it has more digits than anybody's decimal type, as the real one does at times.</summary>
    private static IResult PublicTicker(string symbol, IMarket market, TimeProvider clock) => With(symbol, market, i =>
    {
        if (market.Latest(i) is not { } last || market.Summary(i) is not { } day) return Unavailable();
        var minute = clock.GetUtcNow().ToUnixTimeMilliseconds() / 60_000 * 60_000;
        return Results.Ok(new JsonObject
        {
            ["bid"] = Wire.Text(day.BestBid),
            ["ask"] = Wire.Text(day.BestAsk),
            ["last"] = Wire.Text(last.Price),
            ["volume"] = new JsonObject { [i.Base] = Wire.Text(day.Volume), [i.Quote] = $"{day.Volume * last.Price:F10}00000000000000000000095", ["timestamp"] = minute },
        });
    });

    private static IResult TickerV2(string symbol, IMarket market) => With(symbol, market, i => market.Latest(i) is { } last && market.Summary(i) is { } day
        ? Results.Ok(new
        {
            symbol = i.Id,
            open = Wire.Text(day.Open),
            high = Wire.Text(day.High),
            low = Wire.Text(day.Low),
            close = Wire.Text(last.Price),
            changes = Enumerable.Repeat(Wire.Text(last.Price), Hours),
            bid = Wire.Text(day.BestBid),
            ask = Wire.Text(day.BestAsk),
        })
        : Unavailable());

    /// <summary>
    /// Newest first. Without a beginning the newest ones; after a <c>since_tid</c> or a <c>timestamp</c> (also <c>since</c>) the oldest that follow.
    /// </summary>
    private static IResult Trades(string symbol, long? since_tid, long? timestamp, long? since, int? limit_trades, IMarket market) => With(symbol, market, i =>
    {
        if (limit_trades is < 1 or > MaxPage) return Error(StatusCodes.Status400BadRequest, "InvalidLimit", $"limit_trades must be between 1 and {MaxPage}");
        var count = limit_trades ?? DefaultPage;
        var first = since_tid is { } tid ? GeminiTradeId.FirstAfter(i, tid)
            : (timestamp ?? since) is { } time ? market.FirstIdSince(i, (time < 100_000_000_000 ? time * 1_000 : time) * 1_000) ?? long.MaxValue
            : (long?)null;
        var page = first is { } id ? market.TradesFrom(i, id, count) : market.Newest(i, count);
        return Wire.Answer(json =>
        {
            json.WriteStartArray();
            foreach (var trade in page.Reverse()) GeminiMessages.WriteRestTrade(json, trade);
            json.WriteEndArray();
        });
    });

    /// <summary>The last day's one-minute candles, newest first: time (ms), open, high, low, close, volume.</summary>
    private static IResult Candles(string symbol, string frame, IMarket market, TimeProvider clock) => With(symbol, market, i => frame != "1m"
        ? Error(StatusCodes.Status400BadRequest, "Bad Request", $"Supplied value '{frame}' is not a valid time frame")
        : Wire.Answer(json =>
        {
            json.WriteStartArray();
            foreach (var minute in MarketMinute.Of(market, i, Wire.UnixUs(clock.GetUtcNow().AddHours(-Hours)), Hours * 60 + 1).AsEnumerable().Reverse())
            {
                json.WriteStartArray();
                json.WriteNumberValue(minute.StartUs / 1_000);
                foreach (var value in (decimal[])[minute.Open, minute.High, minute.Low, minute.Close, minute.Volume]) json.WriteNumberValue(value);
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }));

    private static IResult With(string symbol, IMarket market, Func<Instrument, IResult> answer)
    {
        var all = market.InstrumentsOf(VenueNames.Gemini);
        return all.FirstOrDefault(i => i.Id.Equals(symbol, StringComparison.OrdinalIgnoreCase)) is { } instrument
            ? answer(instrument)
            : Error(StatusCodes.Status400BadRequest, "Bad Request", string.Create(CultureInfo.InvariantCulture,
                $"Supplied value '{symbol}' is not a valid symbol.  Please correct your API request to use one of the supported symbols: [{string.Join(", ", all.Select(i => i.Id.ToLowerInvariant()))}]"));
    }

    private static IResult Unavailable() => Error(StatusCodes.Status503ServiceUnavailable, "System", "The market has no ticker.");

    private static IResult Error(int status, string reason, string message) => Results.Json(new { result = "error", reason, message }, statusCode: status);
}
