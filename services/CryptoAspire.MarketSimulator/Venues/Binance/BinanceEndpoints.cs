using System.Globalization;
using System.Text.Json;
using CryptoAspire.MarketSimulator.Faults;
using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.Binance;

/// <summary>
/// Binance under <c>/binance</c>, and again under <c>/binance-agg</c> for who reads aggregates: the combined stream at <c>stream</c> and the market-data REST
/// endpoints that a feed client needs.
/// </summary>
internal static class BinanceEndpoints
{
    private const int MaxPage = 1000;

    private static readonly byte[] Farewell = """{"e":"serverShutdown","E":1772187856145}"""u8.ToArray();

    public static void MapBinance(this WebApplication app)
    {
        foreach (var name in new[] { "/binance", "/binance-agg" })
        {
            app.Map(name + "/stream", (HttpContext http, IMarket market, TimeProvider clock) => VenueSocket.ServeAsync(http, (socket, cancellation) =>
            {
                var streams = http.Request.Query["streams"].ToString().Split('/', StringSplitOptions.RemoveEmptyEntries);
                return new BinanceSocket(socket, market, streams, clock).Start(cancellation);
            }, Farewell));
            MapRest(app.MapGroup(name + "/api/v3"));
        }
    }

    private static void MapRest(RouteGroupBuilder api)
    {
        api.MapGet("/ping", () => Results.Ok(new { }));
        api.MapGet("/time", (FaultBoard faults) => Results.Ok(new { serverTime = faults.ClockOf(VenueNames.Binance).ToUnixTimeMilliseconds() }));
        api.MapGet("/exchangeInfo", ExchangeInfo);
        api.MapGet("/trades", (string? symbol, int? limit, IMarket market) => Trades(symbol, limit, null, market));
        api.MapGet("/historicalTrades", Trades);
        api.MapGet("/aggTrades", Aggregates);
        api.MapGet("/klines", Klines);
        api.MapGet("/ticker/24hr", Days);
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
        if (instrument is null) return Invalid();
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

    /// <summary>Of one symbol an object, of several or all an array.</summary>
    private static IResult Days(string? symbol, string? symbols, IMarket market, TimeProvider clock)
    {
        var listed = market.InstrumentsOf(VenueNames.Binance);
        List<string> wanted;
        try
        {
            wanted = symbol is not null ? [symbol] : symbols is not null ? JsonSerializer.Deserialize<List<string>>(symbols) ?? [] : [.. listed.Select(i => i.Id)];
        }
        catch (JsonException)
        {
            return Results.Json(new { code = -1101, msg = "Invalid value for parameter 'symbols'." }, statusCode: StatusCodes.Status400BadRequest);
        }
        var found = wanted.Select(w => listed.FirstOrDefault(i => i.Id == w)).ToList();
        if (found.Count == 0 || found.Contains(null)) return Invalid();
        var days = found.Select(i => Day(i!, market, clock.GetUtcNow())).OfType<object>().ToList();
        return symbol is null ? Results.Ok(days) : days.Count == 1 ? Results.Ok(days[0]) : Invalid();
    }

    /// <summary>Null while the market knows no day of it.</summary>
    private static object? Day(Instrument instrument, IMarket market, DateTimeOffset now)
    {
        if (market.Latest(instrument) is not { } latest || market.Summary(instrument) is not { } day) return null;
        static string Text(decimal value) => value.ToString("F8", CultureInfo.InvariantCulture);
        return new
        {
            symbol = instrument.Id,
            priceChange = Text(latest.Price - day.Open),
            priceChangePercent = (100 * (latest.Price - day.Open) / day.Open).ToString("F3", CultureInfo.InvariantCulture),
            lastPrice = Text(latest.Price),
            lastQty = Text(latest.Size),
            bidPrice = Text(day.BestBid),
            askPrice = Text(day.BestAsk),
            openPrice = Text(day.Open),
            highPrice = Text(day.High),
            lowPrice = Text(day.Low),
            volume = Text(day.Volume),
            quoteVolume = Text(decimal.Round(day.Volume * latest.Price, 8)),
            openTime = now.AddDays(-1).ToUnixTimeMilliseconds(),
            closeTime = now.ToUnixTimeMilliseconds(),
            lastId = latest.Id,
        };
    }

    /// <summary>Oldest first; from <c>fromId</c> on, from <c>startTime</c> (ms) on, or the newest ones.</summary>
    private static IResult Aggregates(string? symbol, int? limit, long? fromId, long? startTime, long? endTime, IMarket market)
    {
        var instrument = market.InstrumentsOf(VenueNames.Binance).FirstOrDefault(i => i.Id == symbol);
        if (instrument is null) return Invalid();
        var count = Math.Clamp(limit ?? 500, 1, MaxPage);
        var from = fromId - BinanceMessages.AggregateIds ?? (startTime is { } start ? market.FirstIdSince(instrument, start * 1_000) ?? long.MaxValue : (market.Latest(instrument)?.Id ?? 0) - count + 1);
        var page = market.TradesFrom(instrument, from, count).TakeWhile(t => !(t.TimeUs / 1_000 > endTime)).ToList();
        return Wire.Answer(json =>
        {
            json.WriteStartArray();
            foreach (var trade in page) BinanceMessages.WriteRestAggregate(json, trade);
            json.WriteEndArray();
        });
    }

    private static IResult Invalid() => Results.Json(new { code = -1121, msg = "Invalid symbol." }, statusCode: StatusCodes.Status400BadRequest);

    /// <summary>Oldest first; without <c>fromId</c> the newest ones.</summary>
    private static IResult Trades(string? symbol, int? limit, long? fromId, IMarket market)
    {
        var instrument = market.InstrumentsOf(VenueNames.Binance).FirstOrDefault(i => i.Id == symbol);
        if (instrument is null) return Invalid();
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
