using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Producer.Rest;

namespace CryptoAspire.Producer.Venues.Binance;

/// <summary>
/// Binance spot: the combined stream with <c>trade</c> (every trade), <c>kline_1m</c> and, if wished for, <c>aggTrade</c> (witnesses of what should have come), and
/// <c>miniTicker</c> (24 h volume); bid and ask are asked for. Or, as the venue <c>binance-agg</c>, with <c>aggTrade</c> for the trades: one message for the fills of
/// an order at one price, under ids of its own. It has no heartbeat messages, so a silent server is asked for the list of subscriptions. Each connection is cut
/// after 24 hours. Source: developers.binance.com, web-socket-streams and rest-api.
/// </summary>
/// <param name="aggregates">Whether aggregates are the trades.</param>
internal sealed class BinanceVenue(VenueRest rest, Uri socket, bool aggregates = false) : IVenue, ICandleSource, ITickerSource
{
    public static readonly Uri LiveSocket = new("wss://stream.binance.com:9443/stream");
    public static readonly Uri LiveRest = new("https://data-api.binance.vision/");

    /// <summary>6,000 weight a minute and address; we stay below, and rest when Binance itself counts 5,000.</summary>
    public static readonly RestLimit Limit = new(PerSecond: 60, Burst: 600) { UsedWeight = ("X-MBX-USED-WEIGHT-1M", 5_000) };

    public static readonly VenueChannel Trade = new("trade") { CarriesTrades = true };

    /// <summary>A second message for each trade, for who wants to know of a loss at once and not with the next candle.</summary>
    public static readonly VenueChannel AggregateTrade = new("aggTrade") { IsUsual = false };
    public static readonly VenueChannel MiniTicker = new("miniTicker");
    public static readonly VenueChannel Kline = new("kline_1m");
    public static readonly IReadOnlyList<VenueChannel> All = [Trade, AggregateTrade, MiniTicker, Kline];
    public static readonly IReadOnlyList<VenueChannel> Aggregated = [new("aggTrade") { CarriesTrades = true }, MiniTicker, Kline];

    private const int PageSize = 1000;

    private static readonly byte[] ListSubscriptions = """{"method":"LIST_SUBSCRIPTIONS","id":0}"""u8.ToArray();
    // All products with all their filters are about 15 MB.
    private static readonly RestEndpoint Info = new("exchangeInfo", 20) { MaxBytes = 32 << 20 }, Trades = new("trades", 25), History = new("historicalTrades", 25), Aggregates = new("aggTrades", 4), Day = new("ticker/24hr", 2), Time = new("time"), Klines = new("klines", 2);
    private static readonly MinuteRows Rows = new(Unit: 1_000, Open: 1, High: 2, Low: 3, Close: 4, Volume: 5, Trades: 8);

    public Venue Venue => aggregates ? Venue.BinanceAggregated : Venue.Binance;

    /// <summary>1,024 streams a connection, four an instrument; 5 requests a second; 24 hours.</summary>
    public ConnectionRules Rules { get; } = new(MaxInstruments: 250) { Lifetime = TimeSpan.FromHours(24), RequestInterval = TimeSpan.FromMilliseconds(250) };

    public IReadOnlyList<VenueChannel> Channels => aggregates ? Aggregated : All;

    public ReadOnlyMemory<byte>? Probe => ListSubscriptions;

    public Uri SocketAddress(IReadOnlyList<VenueInstrument> instruments) => socket;

    public ReadOnlyMemory<byte> Request(VenueChannel channel, IReadOnlyList<VenueInstrument> instruments, bool subscribe, long requestId) =>
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            method = subscribe ? "SUBSCRIBE" : "UNSUBSCRIBE",
            @params = instruments.Select(i => $"{i.Id.ToLowerInvariant()}@{channel.Name}"),
            id = requestId,
        });

    /// <summary>Price and volume come every second by <c>miniTicker</c>; bid and ask do not.</summary>
    public TimeSpan TickerInterval => TimeSpan.FromSeconds(60);

    public void Parse(ReadOnlySpan<byte> message, FeedFrame frame)
    {
        if (aggregates) frame.Read(message, BinanceParser.ReadAggregates);
        else frame.Read(message, BinanceParser.Read);
    }

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
        aggregates
            ? await AggregatesAsync(instrument, $"limit={Math.Clamp(count, 1, PageSize)}", cancellation)
            : await TradesAsync(Trades, instrument, $"api/v3/trades?symbol={instrument.Id}&limit={Math.Clamp(count, 1, PageSize)}", cancellation);

    public async Task<TradePage> TradesAfterAsync(VenueInstrument instrument, TradeCursor after, CancellationToken cancellation)
    {
        var page = aggregates
            ? await AggregatesAsync(instrument, $"fromId={after.TradeId + 1}&limit={PageSize}", cancellation)
            : await TradesAsync(History, instrument, $"api/v3/historicalTrades?symbol={instrument.Id}&limit={PageSize}&fromId={after.TradeId + 1}", cancellation);
        return new TradePage(page, page.Count > 0 ? TradeCursor.Of(page[^1]) : null);
    }

    public async Task<DateTimeOffset?> ServerTimeAsync(CancellationToken cancellation)
    {
        using var time = await rest.GetJsonAsync(Time, "api/v3/time", cancellation);
        return DateTimeOffset.FromUnixTimeMilliseconds(RestAnswer.Read(time, root => root.GetProperty("serverTime").GetInt64()));
    }

    public async Task<VenueTicker> TickerAsync(VenueInstrument instrument, CancellationToken cancellation)
    {
        using var day = await rest.GetJsonAsync(Day, $"api/v3/ticker/24hr?symbol={instrument.Id}", cancellation);
        return RestAnswer.Read(day, root => new VenueTicker(instrument.Id, 0, RestAnswer.Positive(root.GetProperty("lastPrice"), "lastPrice"),
            RestAnswer.NotNegative(root.GetProperty("bidPrice"), "bidPrice"), RestAnswer.NotNegative(root.GetProperty("askPrice"), "askPrice"), RestAnswer.NotNegative(root.GetProperty("volume"), "volume")));
    }

    public MinuteReach Reach { get; } = new(Span: null, Newest: null);

    public async Task<IReadOnlyList<VenueKline>> MinutesAsync(VenueInstrument instrument, long fromUs, CancellationToken cancellation)
    {
        using var rows = await rest.GetJsonAsync(Klines, $"api/v3/klines?symbol={instrument.Id}&interval=1m&startTime={fromUs / 1_000}&limit={PageSize}", cancellation);
        return RestAnswer.Read(rows, root => Rows.Read(root, instrument.Id, fromUs, rest.Clock.GetUtcNow()));
    }

    private async Task<List<VenueTrade>> AggregatesAsync(VenueInstrument instrument, string query, CancellationToken cancellation)
    {
        var body = await rest.GetBytesAsync(Aggregates, $"api/v3/aggTrades?symbol={instrument.Id}&{query}", cancellation);
        var words = new WordCache();
        return RestAnswer.ReadArray(body, (ref Utf8JsonReader json) => BinanceParser.ReadRestAggregate(ref json, instrument.Id, words));
    }

    private async Task<List<VenueTrade>> TradesAsync(RestEndpoint endpoint, VenueInstrument instrument, string pathAndQuery, CancellationToken cancellation)
    {
        var body = await rest.GetBytesAsync(endpoint, pathAndQuery, cancellation);
        return RestAnswer.ReadArray(body, (ref Utf8JsonReader json) => BinanceParser.ReadRestTrade(ref json, instrument.Id));
    }
}
