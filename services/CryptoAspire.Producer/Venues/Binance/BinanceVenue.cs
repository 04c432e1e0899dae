using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Producer.Rest;

namespace CryptoAspire.Producer.Venues.Binance;

/// <summary>
/// Binance spot: the combined stream with <c>trade</c> (every trade), <c>aggTrade</c> and <c>kline_1m</c> (witnesses of what should have come) and
/// <c>miniTicker</c> (24 h volume). It has no heartbeat messages, so a silent server is asked for the list of subscriptions. Each connection is cut after
/// 24 hours. Source: developers.binance.com, web-socket-streams.
/// </summary>
internal sealed class BinanceVenue(VenueRest rest, Uri socket) : IVenue, ICandleSource
{
    public static readonly Uri LiveSocket = new("wss://stream.binance.com:9443/stream");
    public static readonly Uri LiveRest = new("https://data-api.binance.vision/");

    /// <summary>6,000 weight a minute and address; we stay below, and rest when Binance itself counts 5,000.</summary>
    public static readonly RestLimit Limit = new(PerSecond: 60, Burst: 600) { UsedWeight = ("X-MBX-USED-WEIGHT-1M", 5_000) };

    public static readonly VenueChannel Trade = new("trade") { CarriesTrades = true };
    public static readonly VenueChannel AggregateTrade = new("aggTrade");
    public static readonly VenueChannel MiniTicker = new("miniTicker");
    public static readonly VenueChannel Kline = new("kline_1m");
    public static readonly IReadOnlyList<VenueChannel> All = [Trade, AggregateTrade, MiniTicker, Kline];

    private const int PageSize = 1000;

    private static readonly byte[] ListSubscriptions = """{"method":"LIST_SUBSCRIPTIONS","id":0}"""u8.ToArray();
    private static readonly RestEndpoint Info = new("exchangeInfo", 20), Trades = new("trades", 25), History = new("historicalTrades", 25), Time = new("time"), Klines = new("klines", 2);
    private static readonly MinuteRows Rows = new(Unit: 1_000, Open: 1, High: 2, Low: 3, Close: 4, Volume: 5, Trades: 8);

    public Venue Venue => Venue.Binance;

    /// <summary>1,024 streams a connection, four an instrument; 5 requests a second; 24 hours.</summary>
    public ConnectionRules Rules { get; } = new(MaxInstruments: 250) { Lifetime = TimeSpan.FromHours(24), RequestInterval = TimeSpan.FromMilliseconds(250) };

    public IReadOnlyList<VenueChannel> Channels => All;

    public ReadOnlyMemory<byte>? Probe => ListSubscriptions;

    public Uri SocketAddress(IReadOnlyList<VenueInstrument> instruments) => socket;

    public ReadOnlyMemory<byte> Request(VenueChannel channel, IReadOnlyList<VenueInstrument> instruments, bool subscribe, long requestId) =>
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            method = subscribe ? "SUBSCRIBE" : "UNSUBSCRIBE",
            @params = instruments.Select(i => $"{i.Id.ToLowerInvariant()}@{channel.Name}"),
            id = requestId,
        });

    public void Parse(ReadOnlySpan<byte> message, FeedFrame frame) => frame.Read(message, BinanceParser.Read);

    public async Task<IReadOnlyList<VenueInstrument>> InstrumentsAsync(CancellationToken cancellation)
    {
        using var info = await rest.GetJsonAsync(Info, "api/v3/exchangeInfo?permissions=SPOT&symbolStatus=TRADING", cancellation);
        return RestAnswer.Read(info, root => root.GetProperty("symbols").EnumerateArray()
            .Where(s => s.GetProperty("status").ValueEquals("TRADING"))
            .Select(s => (Id: s.GetProperty("symbol").GetString()!, Name: $"{s.GetProperty("baseAsset").GetString()}-{s.GetProperty("quoteAsset").GetString()}"))
            .Select(s => Symbol.TryParse(s.Name, out var symbol) ? new VenueInstrument(s.Id, symbol) : null)
            .OfType<VenueInstrument>()
            .ToList());
    }

    public async Task<IReadOnlyList<VenueTrade>> RecentTradesAsync(VenueInstrument instrument, int count, CancellationToken cancellation) =>
        await TradesAsync(Trades, instrument, $"api/v3/trades?symbol={instrument.Id}&limit={Math.Clamp(count, 1, PageSize)}", cancellation);

    public async Task<TradePage> TradesAfterAsync(VenueInstrument instrument, TradeCursor after, CancellationToken cancellation)
    {
        var page = await TradesAsync(History, instrument, $"api/v3/historicalTrades?symbol={instrument.Id}&limit={PageSize}&fromId={after.TradeId + 1}", cancellation);
        return new TradePage(page, page.Count > 0 ? TradeCursor.Of(page[^1]) : null);
    }

    public async Task<DateTimeOffset?> ServerTimeAsync(CancellationToken cancellation)
    {
        using var time = await rest.GetJsonAsync(Time, "api/v3/time", cancellation);
        return DateTimeOffset.FromUnixTimeMilliseconds(RestAnswer.Read(time, root => root.GetProperty("serverTime").GetInt64()));
    }

    public MinuteReach Reach { get; } = new(Span: null, Newest: null);

    public async Task<IReadOnlyList<VenueKline>> MinutesAsync(VenueInstrument instrument, long fromUs, CancellationToken cancellation)
    {
        using var rows = await rest.GetJsonAsync(Klines, $"api/v3/klines?symbol={instrument.Id}&interval=1m&startTime={fromUs / 1_000}&limit={PageSize}", cancellation);
        return RestAnswer.Read(rows, root => Rows.Read(root, instrument.Id, fromUs, rest.Clock.GetUtcNow()));
    }

    private async Task<List<VenueTrade>> TradesAsync(RestEndpoint endpoint, VenueInstrument instrument, string pathAndQuery, CancellationToken cancellation)
    {
        var body = await rest.GetBytesAsync(endpoint, pathAndQuery, cancellation);
        return RestAnswer.ReadArray(body, (ref Utf8JsonReader json) => BinanceParser.ReadRestTrade(ref json, instrument.Id));
    }
}
