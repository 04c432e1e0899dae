using System.Globalization;
using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.CoinbaseAdvanced;

/// <summary>Coinbase Advanced Trade under <c>/coinbase-advanced</c>: the feed at <c>/coinbase-advanced/ws</c> and the public REST endpoints.</summary>
internal static class CoinbaseAdvancedEndpoints
{
    private const int MaxPage = 1000;

    public static void MapCoinbaseAdvanced(this WebApplication app)
    {
        app.Map("/coinbase-advanced/ws", (HttpContext http, IMarket market, TimeProvider clock) =>
            VenueSocket.ServeAsync(http, (socket, cancellation) => new CoinbaseAdvancedSocket(socket, market, clock).Start(cancellation)));
        var api = app.MapGroup("/coinbase-advanced/api/v3/brokerage")
            .AddEndpointFilter(new RateLimit(perSecond: 10, burst: 30, app.Services.GetRequiredService<TimeProvider>(),
                _ => Error(StatusCodes.Status429TooManyRequests, "rate_limit_exceeded", "Rate limit exceeded")));
        api.MapGet("/time", Time);
        api.MapGet("/market/products", Products);
        api.MapGet("/market/products/{id}", (string id, IMarket market) => Find(id, market) is { } i ? Results.Ok(Product(i, market)) : NotFound());
        api.MapGet("/market/products/{id}/ticker", Ticker);
        api.MapGet("/market/products/{id}/candles", Candles);
    }

    private static IResult Time(TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return Results.Ok(new
        {
            iso = now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            epochSeconds = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            epochMillis = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        });
    }

    private static IResult Products(IMarket market)
    {
        var products = market.InstrumentsOf(VenueNames.Coinbase).Select(i => Product(i, market)).ToList();
        return Results.Ok(new { products, num_products = products.Count });
    }

    private static object Product(Instrument i, IMarket market) => new
    {
        product_id = i.Id,
        price = market.Latest(i) is { } latest ? Wire.Text(latest.Price) : "",
        base_increment = Wire.Text(i.SizeStep),
        quote_increment = Wire.Text(i.PriceTick),
        base_currency_id = i.Base,
        quote_currency_id = i.Quote,
        is_disabled = false,
        status = "online",
        trading_disabled = false,
        view_only = false,
        product_type = "SPOT",
        alias = "",
        alias_to = Array.Empty<string>(),
        display_name = i.Id,
        product_venue = "CBE",
    };

    /// <summary>The newest trades of a span of seconds, newest first: of a span with more than <c>limit</c> the older ones are not shown.</summary>
    private static IResult Ticker(string id, int? limit, long? start, long? end, IMarket market)
    {
        if (Find(id, market) is not { } instrument) return NotFound();
        if (limit is null or < 1 or > MaxPage) return Error(StatusCodes.Status400BadRequest, "INVALID_ARGUMENT", $"limit must be between 1 and {MaxPage}");
        var newest = market.Latest(instrument)?.Id ?? 0;
        var last = end is { } until && market.FirstIdSince(instrument, (until + 1) * 1_000_000) is { } after ? after - 1 : newest;
        var first = start is { } from ? market.FirstIdSince(instrument, from * 1_000_000) ?? last + 1 : 1;
        first = Math.Max(first, last - limit.Value + 1);
        var page = first > last ? [] : market.TradesFrom(instrument, first, (int)(last - first + 1));
        var day = market.Summary(instrument);
        return Wire.Answer(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("trades");
            foreach (var trade in page.Reverse()) CoinbaseAdvancedMessages.WriteRestTrade(json, trade);
            json.WriteEndArray();
            json.WriteString("best_bid", day is { } d ? Wire.Text(d.BestBid) : "");
            json.WriteString("best_ask", day is { } e ? Wire.Text(e.BestAsk) : "");
            json.WriteEndObject();
        });
    }

    /// <summary>Newest first; minutes without trades are left out.</summary>
    private static IResult Candles(string id, long? start, long? end, string? granularity, IMarket market)
    {
        const int most = 350;
        if (Find(id, market) is not { } instrument) return NotFound();
        if (start is not { } from || end is not { } until || granularity is not ("ONE_MINUTE" or "FIVE_MINUTE") || until < from)
            return Error(StatusCodes.Status400BadRequest, "INVALID_ARGUMENT", "start, end and granularity are required");
        var length = granularity == "ONE_MINUTE" ? 60 : 300;
        if ((until - from) / length > most) return Error(StatusCodes.Status400BadRequest, "INVALID_ARGUMENT", $"number of candles requested should be less than {most}");
        var first = market.FirstIdSince(instrument, from / length * length * 1_000_000);
        var last = market.FirstIdSince(instrument, (until + 1) * 1_000_000) - 1 ?? market.Latest(instrument)?.Id ?? 0;
        var trades = first is { } firstId && last >= firstId ? market.TradesFrom(instrument, firstId, (int)(last - firstId + 1)) : [];
        return Results.Ok(new
        {
            candles = trades.GroupBy(t => t.TimeUs / 1_000_000 / length * length).OrderByDescending(g => g.Key).Select(g => new
            {
                start = g.Key.ToString(CultureInfo.InvariantCulture),
                low = Wire.Text(g.Min(t => t.Price)),
                high = Wire.Text(g.Max(t => t.Price)),
                open = Wire.Text(g.First().Price),
                close = Wire.Text(g.Last().Price),
                volume = Wire.Text(g.Sum(t => t.Size)),
            }),
        });
    }

    private static Instrument? Find(string id, IMarket market) => market.InstrumentsOf(VenueNames.Coinbase).FirstOrDefault(i => i.Id == id);

    private static IResult NotFound() => Error(StatusCodes.Status404NotFound, "NOT_FOUND", "valid product_id is required");

    private static IResult Error(int status, string error, string message) =>
        Results.Json(new { error, error_details = message, message }, statusCode: status);
}
