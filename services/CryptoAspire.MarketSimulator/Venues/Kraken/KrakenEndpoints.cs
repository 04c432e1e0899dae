using System.Globalization;
using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.Kraken;

/// <summary>Kraken under <c>/kraken</c>: WebSocket v2 at <c>/kraken/ws</c>, and the public REST endpoints. Refusals come with status 200.</summary>
internal static class KrakenEndpoints
{
    private const int MaxPage = 1000, MaxCandles = 720;

    public static void MapKraken(this WebApplication app)
    {
        app.Map("/kraken/ws", (HttpContext http, IMarket market, TimeProvider clock) =>
            VenueSocket.ServeAsync(http, (socket, cancellation) => new KrakenSocket(socket, market, clock).Start(cancellation)));
        var api = app.MapGroup("/kraken/0/public")
            .AddEndpointFilter(new RateLimit(perSecond: 2, burst: 30, app.Services.GetRequiredService<TimeProvider>(), _ => Error("EGeneral:Too many requests")));
        api.MapGet("/Time", (TimeProvider clock) => Result(new { unixtime = clock.GetUtcNow().ToUnixTimeSeconds(), rfc1123 = clock.GetUtcNow().ToString("r", CultureInfo.InvariantCulture) }));
        api.MapGet("/AssetPairs", Pairs);
        api.MapGet("/Trades", Trades);
        api.MapGet("/Ticker", Ticker);
        api.MapGet("/OHLC", Ohlc);
    }

    private static IResult Pairs(IMarket market) => Result(market.InstrumentsOf(VenueNames.Kraken).ToDictionary(KeyOf, i => new
    {
        altname = AltName(i),
        wsname = $"{OldName(i.Base)}/{i.Quote}",
        aclass_base = "currency",
        @base = OldName(i.Base),
        aclass_quote = "currency",
        quote = $"Z{i.Quote}",
        status = "online",
        tick_size = Wire.Text(i.PriceTick),
    }));

    /// <summary>Oldest first; <c>since</c> is a moment in nanoseconds, and the answer's <c>last</c> is where the next page follows.</summary>
    private static IResult Trades(string? pair, string? since, int? count, IMarket market)
    {
        if (Find(pair, market) is not { } instrument) return Error("EQuery:Unknown asset pair");
        var most = count ?? MaxPage;
        if (most is < 1 or > MaxPage) return Error("EGeneral:Invalid arguments:count");
        var sinceNs = 0L;
        if (since is not null && !long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out sinceNs)) return Error("EGeneral:Invalid arguments:since");
        // What is shorter than nanoseconds is in seconds.
        var sinceUs = sinceNs < 100_000_000_000 ? sinceNs * 1_000_000 : sinceNs / 1_000;
        var page = since is null ? market.Newest(instrument, most)
            : market.FirstIdSince(instrument, sinceUs + 1) is { } id ? market.TradesFrom(instrument, id, most) : [];
        return Wire.Answer(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("error");
            json.WriteEndArray();
            json.WriteStartObject("result");
            json.WriteStartArray(KeyOf(instrument));
            foreach (var trade in page) KrakenMessages.WriteRestTrade(json, trade);
            json.WriteEndArray();
            json.WriteString("last", (page.Count > 0 ? page[^1].TimeUs * 1_000 : sinceUs * 1_000).ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    /// <summary>One-minute candles, oldest first: the newest 720, of these those after <c>since</c> (s); the last one is running.</summary>
    private static IResult Ohlc(string? pair, int? interval, long? since, IMarket market, TimeProvider clock)
    {
        if (Find(pair, market) is not { } instrument) return Error("EQuery:Unknown asset pair");
        if (interval is not (null or 1)) return Error("EGeneral:Invalid arguments:interval");
        var earliest = Wire.UnixUs(clock.GetUtcNow().AddMinutes(1 - MaxCandles));
        var minutes = MarketMinute.Of(market, instrument, Math.Max(earliest, (since + 1) * 1_000_000 ?? 0), MaxCandles);
        return Wire.Answer(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("error");
            json.WriteEndArray();
            json.WriteStartObject("result");
            json.WriteStartArray(KeyOf(instrument));
            foreach (var minute in minutes)
            {
                json.WriteStartArray();
                json.WriteNumberValue(minute.StartUs / 1_000_000);
                foreach (var value in (decimal[])[minute.Open, minute.High, minute.Low, minute.Close, (minute.High + minute.Low) / 2, minute.Volume]) json.WriteStringValue(Wire.Text(value));
                json.WriteNumberValue(minute.Trades);
                json.WriteEndArray();
            }
            json.WriteEndArray();
            json.WriteNumber("last", minutes.Count > 1 ? minutes[^2].StartUs / 1_000_000 : 0);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    /// <summary>Arrays of today's value and that of the last 24 hours.</summary>
    private static IResult Ticker(string? pair, IMarket market)
    {
        if (Find(pair, market) is not { } instrument) return Error("EQuery:Unknown asset pair");
        if (market.Latest(instrument) is not { } last || market.Summary(instrument) is not { } day) return Error("EService:Unavailable");
        string[] Both(decimal value) => [Wire.Text(value), Wire.Text(value)];
        return Result(new Dictionary<string, object>
        {
            [KeyOf(instrument)] = new
            {
                a = new[] { Wire.Text(day.BestAsk), "1", "1.000" }, b = new[] { Wire.Text(day.BestBid), "1", "1.000" }, c = new[] { Wire.Text(last.Price), Wire.Text(last.Size) },
                v = Both(day.Volume), l = Both(day.Low), h = Both(day.High), o = Wire.Text(day.Open),
            },
        });
    }

    private static Instrument? Find(string? pair, IMarket market) => pair is null
        ? null
        : market.InstrumentsOf(VenueNames.Kraken).FirstOrDefault(i => pair == AltName(i) || pair == KeyOf(i) || pair == i.Id || pair == $"{OldName(i.Base)}/{i.Quote}");

    private static string AltName(Instrument instrument) => OldName(instrument.Base) + instrument.Quote;

    /// <summary>The oldest pairs have class letters: XXBTZUSD, XETHZUSD.</summary>
    private static string KeyOf(Instrument instrument) => instrument is { Base: "BTC" or "ETH", Quote: "USD" or "EUR" } ? $"X{OldName(instrument.Base)}Z{instrument.Quote}" : AltName(instrument);

    private static string OldName(string asset) => asset switch { "BTC" => "XBT", "DOGE" => "XDG", _ => asset };

    private static IResult Result(object result) => Results.Ok(new { error = Array.Empty<string>(), result });

    private static IResult Error(string error) => Results.Ok(new { error = new[] { error } });
}
