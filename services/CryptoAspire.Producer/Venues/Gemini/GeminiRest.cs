using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Producer.Rest;

namespace CryptoAspire.Producer.Venues.Gemini;

/// <summary>Gemini's public REST interface, the same for both of its sockets. Source: developer.gemini.com/trading/rest-api/market-data.</summary>
internal sealed class GeminiRest(VenueRest rest)
{
    public static readonly Uri LiveAddress = new("https://api.gemini.com/");

    /// <summary>120 a minute, of which the venue advises to use one a second.</summary>
    public static readonly RestLimit Limit = new(PerSecond: 1, Burst: 10);

    /// <summary>The volume of 24 hours moves slowly, and every symbol costs a request.</summary>
    public static readonly TimeSpan TickerInterval = TimeSpan.FromSeconds(30);

    public static readonly MinuteReach Reach = new(Span: null, TimeSpan.FromDays(1));

    private const int PageSize = 500;

    private static readonly RestEndpoint Symbols = new("symbols"), Details = new("symbol details"), History = new("trades"), Ticker = new("pubticker"), Candles = new("candles");
    private static readonly MinuteRows Rows = new(Unit: 1_000, Open: 1, High: 2, Low: 3, Close: 4, Volume: 5, Trades: null);

    /// <summary>The venue behind that socket: v2's address ends in <c>marketdata</c>, any other is the stream API's.</summary>
    public static IVenue Connect(VenueRest rest, Uri socket)
    {
        var gemini = new GeminiRest(rest);
        return socket.AbsolutePath.TrimEnd('/').EndsWith("/marketdata", StringComparison.Ordinal) ? new GeminiVenue(gemini, socket) : new GeminiStreamVenue(gemini, socket);
    }

    /// <exception cref="HttpRequestException">The exchange did not answer properly.</exception>
    public async Task<IReadOnlyList<VenueInstrument>> InstrumentsAsync(CancellationToken cancellation)
    {
        using var symbols = await rest.GetJsonAsync(Symbols, "v1/symbols", cancellation);
        var names = RestAnswer.Read(symbols, root => root.EnumerateArray().Select(s => s.GetString()!).ToList());
        var (pairs, unclear) = GeminiSymbols.Split(names);
        foreach (var name in unclear)
        {
            using var details = await rest.GetJsonAsync(Details, $"v1/symbols/details/{name}", cancellation);
            var pair = RestAnswer.Read(details, root => $"{root.GetProperty("base_currency").GetString()}-{root.GetProperty("quote_currency").GetString()}");
            if (Symbol.TryParse(pair, out var symbol)) pairs.Add(new VenueInstrument(name.ToUpperInvariant(), symbol));
        }
        return pairs;
    }

    /// <summary>The newest trades, oldest first.</summary>
    /// <exception cref="HttpRequestException">The exchange did not answer properly.</exception>
    public async Task<IReadOnlyList<VenueTrade>> RecentTradesAsync(VenueInstrument instrument, int count, CancellationToken cancellation) =>
        (await TradesAsync(instrument, $"limit_trades={Math.Clamp(count, 1, PageSize)}", cancellation)).Trades;

    /// <summary>The oldest trades since that moment, oldest first: ids prove nothing here, and of one moment the trades may come in any order.</summary>
    /// <exception cref="HttpRequestException">The exchange did not answer properly.</exception>
    public async Task<TradePage> TradesAfterAsync(VenueInstrument instrument, TradeCursor after, CancellationToken cancellation)
    {
        var (page, isFull) = await TradesAsync(instrument, $"timestamp={after.EventTimeUs / 1_000}&limit_trades={PageSize}", cancellation);
        return new TradePage(page, isFull && page.Count > 0 && page[^1].EventTimeUs > after.EventTimeUs ? TradeCursor.Of(page[^1]) : null);
    }

    /// <summary>Last price, quote and volume of 24 hours. Its time is that of receipt: the one inside belongs to the volume and is minutes old.</summary>
    /// <exception cref="HttpRequestException">The exchange did not answer properly.</exception>
    public async Task<VenueTicker> TickerAsync(VenueInstrument instrument, CancellationToken cancellation)
    {
        using var ticker = await rest.GetJsonAsync(Ticker, $"v1/pubticker/{instrument.RestId}", cancellation);
        return RestAnswer.Read(ticker, root =>
        {
            // 33 decimals have been seen in the volume in dollars; we need that in the base asset, whose key is its name.
            decimal? volume = root.TryGetProperty("volume", out var volumes) && volumes.TryGetProperty(instrument.Symbol.Base, out var text) ? RestAnswer.NotNegative(text, "volume") : null;
            return new VenueTicker(instrument.Id, 0, RestAnswer.Positive(root.GetProperty("last"), "last"), RestAnswer.NotNegative(root.GetProperty("bid"), "bid"),
                RestAnswer.NotNegative(root.GetProperty("ask"), "ask"), volume);
        });
    }

    /// <summary>The newest day at most, whatever is asked for.</summary>
    /// <exception cref="HttpRequestException">The exchange did not answer properly.</exception>
    public async Task<IReadOnlyList<VenueKline>> MinutesAsync(VenueInstrument instrument, long fromUs, CancellationToken cancellation)
    {
        using var rows = await rest.GetJsonAsync(Candles, $"v2/candles/{instrument.RestId}/1m", cancellation);
        return RestAnswer.Read(rows, root => Rows.Read(root, instrument.Id, fromUs, rest.Clock.GetUtcNow()));
    }

    /// <summary>The venue sends the newest first. Auctions and reversed trades count for the page's length, and are left out.</summary>
    private async Task<(List<VenueTrade> Trades, bool IsFull)> TradesAsync(VenueInstrument instrument, string query, CancellationToken cancellation)
    {
        var body = await rest.GetBytesAsync(History, $"v1/trades/{instrument.RestId}?{query}", cancellation);
        var page = RestAnswer.ReadArray(body, (ref Utf8JsonReader json) => GeminiParser.ParseRestTrade(ref json, instrument.Id));
        var trades = page.OfType<VenueTrade>().ToList();
        trades.Reverse();
        return (trades, page.Count >= PageSize);
    }
}
