using System.Collections.Concurrent;
using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Producer.Rest;

namespace CryptoAspire.Producer.Venues.CoinbaseAdvanced;

/// <summary>
/// Coinbase Advanced Trade: another door to the order books of Coinbase Exchange, with the same trades under the same ids. Channels <c>market_trades</c>,
/// <c>ticker</c>, <c>heartbeats</c>, without which the others are closed after a minute of quiet, and if wished for <c>candles</c>: of five minutes, behind the
/// trades, and never said to be final, so they are read and counted but not compared with ours; REST's candles of a minute are.
/// One channel a request; REST is asked by time. Source: docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis.
/// </summary>
internal sealed class CoinbaseAdvancedVenue(VenueRest rest, Uri socket) : IVenue, ICandleSource
{
    public static readonly Uri LiveSocket = new("wss://advanced-trade-ws.coinbase.com");
    public static readonly Uri LiveRest = new("https://api.coinbase.com/");

    /// <summary>10 a second and address for public endpoints.</summary>
    public static readonly RestLimit Limit = new(PerSecond: 6, Burst: 9);

    public static readonly TimeSpan CandleLength = TimeSpan.FromMinutes(5);

    public static readonly VenueChannel Heartbeats = new("heartbeats") { HasProducts = false, SilenceLimit = TimeSpan.FromSeconds(8) };
    public static readonly VenueChannel Trades = new("market_trades") { CarriesTrades = true };
    public static readonly VenueChannel Ticker = new("ticker");
    public static readonly VenueChannel Candles = new("candles") { IsUsual = false };

    private const int PageSize = 1000;
    private const string ProductsPath = "api/v3/brokerage/market/products";

    // The venue allows 350.
    private static readonly TimeSpan MostMinutes = TimeSpan.FromMinutes(300);

    // Pages are spans of time, in seconds; BTC's thousand trades fill a minute or two.
    private const long LongestSpan = 600, ShortestSpan = 1;

    // How long a span came whole lately, so that not every page of a long way begins with trying.
    private readonly ConcurrentDictionary<string, long> spans = new(StringComparer.Ordinal);

    private static readonly RestEndpoint Products = new("products"), History = new("trades"), Time = new("time"), Minutes = new("candles");

    public Venue Venue => Venue.CoinbaseAdvanced;

    public MinuteReach Reach { get; } = new(MostMinutes, Newest: null);

    /// <summary>8 messages a second without a key.</summary>
    public ConnectionRules Rules { get; } = new(MaxInstruments: 100) { RequestInterval = TimeSpan.FromMilliseconds(150) };

    /// <summary>Heartbeats first: they keep the others open.</summary>
    public IReadOnlyList<VenueChannel> Channels { get; } = [Heartbeats, Trades, Ticker, Candles];

    public bool PagesByTime => true;

    public ReadOnlyMemory<byte>? Probe => null;

    /// <summary>Our channel of that name, or null.</summary>
    /// <param name="json">On the name.</param>
    public static VenueChannel? ChannelOf(ref Utf8JsonReader json) =>
        json.ValueTextEquals("market_trades"u8) ? Trades
        : json.ValueTextEquals("ticker"u8) ? Ticker
        : json.ValueTextEquals("candles"u8) ? Candles
        : json.ValueTextEquals("heartbeats"u8) ? Heartbeats
        : null;

    public Uri SocketAddress(IReadOnlyList<VenueInstrument> instruments) => socket;

    public ReadOnlyMemory<byte> Request(VenueChannel channel, IReadOnlyList<VenueInstrument> instruments, bool subscribe, long requestId)
    {
        var type = subscribe ? "subscribe" : "unsubscribe";
        return channel.HasProducts
            ? JsonSerializer.SerializeToUtf8Bytes(new { type, product_ids = instruments.Select(i => i.Id), channel = channel.Name })
            : JsonSerializer.SerializeToUtf8Bytes(new { type, channel = channel.Name });
    }

    public void Parse(ReadOnlySpan<byte> message, FeedFrame frame) => frame.Read(message, CoinbaseAdvancedParser.Read);

    public async Task<IReadOnlyList<VenueInstrument>> InstrumentsAsync(CancellationToken cancellation)
    {
        using var products = await rest.GetJsonAsync(Products, $"{ProductsPath}?product_type=SPOT", cancellation);
        return RestAnswer.Read(products, root => root.GetProperty("products").EnumerateArray().Select(ReadProduct).OfType<VenueInstrument>().ToList());
    }

    public async Task<IReadOnlyList<VenueTrade>> RecentTradesAsync(VenueInstrument instrument, int count, CancellationToken cancellation) =>
        await TradesAsync(instrument, $"limit={Math.Clamp(count, 1, PageSize)}", cancellation);

    public async Task<TradePage> TradesAfterAsync(VenueInstrument instrument, TradeCursor after, CancellationToken cancellation)
    {
        // Without a moment to begin at, what the venue shows at all.
        if (after.EventTimeUs <= 0)
        {
            var shown = await TradesAsync(instrument, $"limit={PageSize}", cancellation);
            shown.RemoveAll(t => t.TradeId <= after.TradeId);
            return new TradePage(shown, null);
        }

        // 1. Of a span with more trades than a page the newest are returned: it must be short enough to come whole.
        var start = after.EventTimeUs / 1_000_000;
        var now = rest.Clock.GetUtcNow().ToUnixTimeSeconds();
        for (var span = spans.GetValueOrDefault(instrument.Id, LongestSpan); ;)
        {
            var end = start + span;
            var page = await TradesAsync(instrument, $"limit={PageSize}&start={start}&end={end}", cancellation);
            if (page.Count >= PageSize && span > ShortestSpan)
            {
                // The page tells how many trades there are to a second.
                var shown = Math.Min(end, now) - page[0].EventTimeUs / 1_000_000;
                span = Math.Clamp(shown * 3 / 4, ShortestSpan, Math.Max(ShortestSpan, span / 2));
                continue;
            }
            spans[instrument.Id] = page.Count < PageSize / 2 ? Math.Min(LongestSpan, span * 2) : span;

            // 2. An empty span is no end: the next one begins where it ended, up to now.
            page.RemoveAll(t => t.TradeId <= after.TradeId);
            var newest = page.Count > 0 ? page[^1].TradeId : after.TradeId;
            return new TradePage(page, end < now ? new TradeCursor(newest, end * 1_000_000) : null);
        }
    }

    public async Task<DateTimeOffset?> ServerTimeAsync(CancellationToken cancellation)
    {
        using var time = await rest.GetJsonAsync(Time, "api/v3/brokerage/time", cancellation);
        return DateTimeOffset.FromUnixTimeMilliseconds(RestAnswer.Read(time, root => long.Parse(root.GetProperty("epochMillis").GetString()!, System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>Minutes without trades are left out by the venue.</summary>
    public async Task<IReadOnlyList<VenueKline>> MinutesAsync(VenueInstrument instrument, long fromUs, CancellationToken cancellation)
    {
        var start = fromUs / 1_000_000;
        using var answer = await rest.GetJsonAsync(
            Minutes, $"{ProductsPath}/{instrument.Id}/candles?start={start}&end={start + (long)MostMinutes.TotalSeconds - 1}&granularity=ONE_MINUTE", cancellation);
        var nowUs = UnixMicroseconds.Of(rest.Clock.GetUtcNow());
        return RestAnswer.Read(answer, root => root.GetProperty("candles").EnumerateArray().Select(row => ReadMinute(row, instrument.Id, nowUs)).Where(m => m.StartUs >= fromUs).OrderBy(m => m.StartUs).ToList());
    }

    private static VenueKline ReadMinute(JsonElement row, string instrumentId, long nowUs)
    {
        decimal Price(string field) => RestAnswer.Positive(row.GetProperty(field), field);
        var startUs = (long)RestAnswer.Positive(row.GetProperty("start"), "start") * 1_000_000;
        var length = Interval.OneMinute.Length();
        return new VenueKline(instrumentId, startUs, length, Price("open"), Price("high"), Price("low"), Price("close"), RestAnswer.NotNegative(row.GetProperty("volume"), "volume"), null, null,
            startUs + Interval.OneMinute.Microseconds() <= nowUs);
    }

    /// <summary>A product that is an alias (BTC-USDC of BTC-USD) would send us the other one's data under the other one's name.</summary>
    private static VenueInstrument? ReadProduct(JsonElement product)
    {
        if (IsTrue(product, "is_disabled") || IsTrue(product, "trading_disabled") || IsTrue(product, "view_only")) return null;
        if (product.TryGetProperty("alias", out var alias) && alias.GetString() is { Length: > 0 }) return null;
        return Symbol.TryParse($"{product.GetProperty("base_currency_id").GetString()}-{product.GetProperty("quote_currency_id").GetString()}", out var symbol)
            ? new VenueInstrument(product.GetProperty("product_id").GetString()!, symbol)
            : null;
    }

    private static bool IsTrue(JsonElement product, string name) => product.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;

    private async Task<List<VenueTrade>> TradesAsync(VenueInstrument instrument, string query, CancellationToken cancellation)
    {
        using var answer = await rest.GetJsonAsync(History, $"{ProductsPath}/{instrument.Id}/ticker?{query}", cancellation);
        var words = new WordCache();
        var trades = RestAnswer.Read(answer, root => root.GetProperty("trades").EnumerateArray().Select(t => ReadTrade(t, words)).ToList());
        trades.Reverse();
        return trades;
    }

    private static VenueTrade ReadTrade(JsonElement trade, WordCache words)
    {
        var json = RestAnswer.ReaderOf(trade);
        return CoinbaseAdvancedParser.ParseRestTrade(ref json, words);
    }
}
