using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Producer.Rest;

namespace CryptoAspire.Producer.Venues.Coinbase;

/// <summary>
/// Coinbase Exchange: channels <c>matches</c> (every trade), <c>ticker</c> (bid, ask, 24 h volume), <c>heartbeat</c> (once a second and product, with the
/// newest trade id) and <c>status</c> (which products trade). Source: docs.cdp.coinbase.com/exchange.
/// </summary>
internal sealed class CoinbaseVenue(VenueRest rest, Uri socket) : IVenue, ICandleSource
{
    public static readonly Uri LiveSocket = new("wss://ws-feed.exchange.coinbase.com");
    public static readonly Uri LiveRest = new("https://api.exchange.coinbase.com/");

    /// <summary>The venue allows 10 a second and address, with bursts of 15; others in the house may use it too.</summary>
    public static readonly RestLimit Limit = new(PerSecond: 8, Burst: 12);

    public static readonly VenueChannel Matches = new("matches") { CarriesTrades = true };
    public static readonly VenueChannel Ticker = new("ticker");
    public static readonly VenueChannel Heartbeat = new("heartbeat") { SilenceLimit = TimeSpan.FromSeconds(8) };
    public static readonly VenueChannel Status = new("status") { HasProducts = false };
    public static readonly IReadOnlyList<VenueChannel> All = [Matches, Heartbeat, Ticker, Status];

    private const int PageSize = 1000;
    private static readonly TimeSpan MostMinutes = TimeSpan.FromMinutes(300);

    private static readonly RestEndpoint Products = new("products"), Trades = new("trades"), Time = new("time"), Candles = new("candles");
    private static readonly MinuteRows Rows = new(Unit: 1_000_000, Open: 3, High: 2, Low: 1, Close: 4, Volume: 5, Trades: null);

    public Venue Venue => Venue.Coinbase;

    public ConnectionRules Rules { get; } = new(MaxInstruments: 100);

    public IReadOnlyList<VenueChannel> Channels => All;

    /// <summary>The heartbeat channel speaks every second: silence needs no question.</summary>
    public ReadOnlyMemory<byte>? Probe => null;

    public Uri SocketAddress(IReadOnlyList<VenueInstrument> instruments) => socket;

    public ReadOnlyMemory<byte> Request(VenueChannel channel, IReadOnlyList<VenueInstrument> instruments, bool subscribe, long requestId)
    {
        var type = subscribe ? "subscribe" : "unsubscribe";
        return channel.HasProducts
            ? JsonSerializer.SerializeToUtf8Bytes(new { type, product_ids = instruments.Select(i => i.Id), channels = new[] { channel.Name } })
            : JsonSerializer.SerializeToUtf8Bytes(new { type, channels = new[] { new { name = channel.Name } } });
    }

    public void Parse(ReadOnlySpan<byte> message, FeedFrame frame) => frame.Read(message, CoinbaseParser.Read);

    public async Task<IReadOnlyList<VenueInstrument>> InstrumentsAsync(CancellationToken cancellation)
    {
        using var products = await rest.GetJsonAsync(Products, "products", cancellation);
        return RestAnswer.Read(products, root => root.EnumerateArray()
            .Where(p => !(p.TryGetProperty("trading_disabled", out var disabled) && disabled.ValueKind == JsonValueKind.True))
            .Select(p => (Id: p.GetProperty("id").GetString()!, Name: $"{p.GetProperty("base_currency").GetString()}-{p.GetProperty("quote_currency").GetString()}"))
            .Select(p => Symbol.TryParse(p.Name, out var symbol) ? new VenueInstrument(p.Id, symbol) : null)
            .OfType<VenueInstrument>()
            .ToList());
    }

    public async Task<IReadOnlyList<VenueTrade>> RecentTradesAsync(VenueInstrument instrument, int count, CancellationToken cancellation)
    {
        var newestFirst = await TradesAsync(instrument, $"limit={Math.Clamp(count, 1, PageSize)}", cancellation);
        newestFirst.Reverse();
        return newestFirst;
    }

    public async Task<TradePage> TradesAfterAsync(VenueInstrument instrument, TradeCursor after, CancellationToken cancellation)
    {
        // Pages go backwards from a cursor, and ids have no holes: the page that ends PageSize ids later starts where we want it.
        var last = after.TradeId + PageSize;
        var page = await TradesAsync(instrument, $"limit={PageSize}&after={last + 1}", cancellation);
        page.RemoveAll(t => t.TradeId <= after.TradeId);
        page.Reverse();
        return new TradePage(page, new TradeCursor(last, page.Count > 0 ? page[^1].EventTimeUs : after.EventTimeUs));
    }

    public async Task<DateTimeOffset?> ServerTimeAsync(CancellationToken cancellation)
    {
        using var time = await rest.GetJsonAsync(Time, "time", cancellation);
        return RestAnswer.Read(time, root => root.GetProperty("iso").GetDateTimeOffset());
    }

    public MinuteReach Reach { get; } = new(MostMinutes, Newest: null);

    /// <summary>Minutes without trades are left out by the venue.</summary>
    public async Task<IReadOnlyList<VenueKline>> MinutesAsync(VenueInstrument instrument, long fromUs, CancellationToken cancellation)
    {
        var from = UnixMicroseconds.ToTime(fromUs);
        using var rows = await rest.GetJsonAsync(
            Candles, $"products/{instrument.Id}/candles?granularity=60&start={from:yyyy-MM-ddTHH:mm:ssZ}&end={from + MostMinutes:yyyy-MM-ddTHH:mm:ssZ}", cancellation);
        return RestAnswer.Read(rows, root => Rows.Read(root, instrument.Id, fromUs, rest.Clock.GetUtcNow()));
    }

    private async Task<List<VenueTrade>> TradesAsync(VenueInstrument instrument, string query, CancellationToken cancellation)
    {
        var body = await rest.GetBytesAsync(Trades, $"products/{instrument.Id}/trades?{query}", cancellation);
        var words = new FeedFrame();
        return RestAnswer.ReadArray(body, (ref Utf8JsonReader json) => CoinbaseParser.ReadRestTrade(ref json, instrument.Id, words));
    }
}
