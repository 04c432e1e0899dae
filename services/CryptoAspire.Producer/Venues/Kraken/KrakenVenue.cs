using System.Net;
using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Producer.Rest;

namespace CryptoAspire.Producer.Venues.Kraken;

/// <summary>
/// Kraken spot: WebSocket v2 with <c>trade</c> (every trade) and <c>ticker</c>. It beats once a second while the market is quiet. Its socket has been seen
/// to leave out trades that share a timestamp, so ids are compared with REST, which is asked by time. The socket says <c>BTC/USD</c> where REST says
/// <c>XBTUSD</c>. Source: docs.kraken.com/api, websocket-v2 and rest-api.
/// </summary>
internal sealed class KrakenVenue(VenueRest rest, Uri socket) : IVenue, ICandleSource
{
    public static readonly Uri LiveSocket = new("wss://ws.kraken.com/v2");
    public static readonly Uri LiveRest = new("https://api.kraken.com/");

    /// <summary>Public calls count one each against a counter that falls by about one a second.</summary>
    public static readonly RestLimit Limit = new(PerSecond: 1, Burst: 12);

    public static readonly VenueChannel Trades = new("trade") { CarriesTrades = true };
    public static readonly VenueChannel Tickers = new("ticker");

    private const int PageSize = 1000;
    private static readonly TimeSpan TooManyPause = TimeSpan.FromSeconds(15);

    private static readonly byte[] Ping = """{"method":"ping"}"""u8.ToArray();
    private static readonly RestEndpoint Pairs = new("AssetPairs"), History = new("Trades"), Time = new("Time"), Ohlc = new("OHLC");
    private static readonly MinuteRows Rows = new(Unit: 1_000_000, Open: 1, High: 2, Low: 3, Close: 4, Volume: 6, Trades: 7);

    public Venue Venue => Venue.Kraken;

    public ConnectionRules Rules { get; } = new(MaxInstruments: 200) { RequestInterval = TimeSpan.FromMilliseconds(200) };

    public IReadOnlyList<VenueChannel> Channels { get; } = [Trades, Tickers];

    public bool PagesByTime => true;

    public ReadOnlyMemory<byte>? Probe => Ping;

    public Uri SocketAddress(IReadOnlyList<VenueInstrument> instruments) => socket;

    public ReadOnlyMemory<byte> Request(VenueChannel channel, IReadOnlyList<VenueInstrument> instruments, bool subscribe, long requestId)
    {
        var method = subscribe ? "subscribe" : "unsubscribe";
        var symbol = instruments.Select(i => i.Id);
        return channel == Tickers
            ? JsonSerializer.SerializeToUtf8Bytes(new { method, @params = new { channel = channel.Name, symbol, event_trigger = "trades" }, req_id = requestId })
            : JsonSerializer.SerializeToUtf8Bytes(new { method, @params = new { channel = channel.Name, symbol, snapshot = true }, req_id = requestId });
    }

    public void Parse(ReadOnlySpan<byte> message, FeedFrame frame) => frame.Read(message, KrakenParser.Read);

    public async Task<IReadOnlyList<VenueInstrument>> InstrumentsAsync(CancellationToken cancellation)
    {
        using var pairs = await GetAsync(Pairs, "0/public/AssetPairs", cancellation);
        return RestAnswer.Read(pairs, root => root.GetProperty("result").EnumerateObject().Select(p => ReadPair(p.Value)).OfType<VenueInstrument>().ToList());
    }

    public async Task<IReadOnlyList<VenueTrade>> RecentTradesAsync(VenueInstrument instrument, int count, CancellationToken cancellation) =>
        await TradesAsync(instrument, $"count={Math.Clamp(count, 1, PageSize)}", cancellation);

    public async Task<TradePage> TradesAfterAsync(VenueInstrument instrument, TradeCursor after, CancellationToken cancellation)
    {
        // The socket prints microseconds and REST keeps more: a moment earlier, so that nothing is left out.
        var page = await TradesAsync(instrument, $"since={Math.Max(0, after.EventTimeUs * 1_000 - 1)}&count={PageSize}", cancellation);
        return new TradePage(page, page.Count > 0 && page[^1].TradeId > after.TradeId ? TradeCursor.Of(page[^1]) : null);
    }

    public async Task<DateTimeOffset?> ServerTimeAsync(CancellationToken cancellation)
    {
        using var time = await GetAsync(Time, "0/public/Time", cancellation);
        // Whole seconds: the middle of one is at most half of it wrong.
        return DateTimeOffset.FromUnixTimeSeconds(RestAnswer.Read(time, root => root.GetProperty("result").GetProperty("unixtime").GetInt64())).AddMilliseconds(500);
    }

    public MinuteReach Reach { get; } = new(Span: null, TimeSpan.FromMinutes(720));

    /// <summary>The newest 720 minutes at most, whatever is asked for.</summary>
    public async Task<IReadOnlyList<VenueKline>> MinutesAsync(VenueInstrument instrument, long fromUs, CancellationToken cancellation)
    {
        using var answer = await GetAsync(Ohlc, $"0/public/OHLC?pair={instrument.RestId}&interval=1&since={fromUs / 1_000_000 - 1}", cancellation);
        return RestAnswer.Read(answer, root => root.GetProperty("result").EnumerateObject().Where(p => p.Name != "last")
            .SelectMany(p => Rows.Read(p.Value, instrument.Id, fromUs, rest.Clock.GetUtcNow())).ToList());
    }

    /// <summary>Pairs that trade now, under the name that the socket uses: <c>wsname</c> is the older one's, with XBT and XDG.</summary>
    private static VenueInstrument? ReadPair(JsonElement pair)
    {
        if (pair.TryGetProperty("status", out var status) && !status.ValueEquals("online")) return null;
        return pair.TryGetProperty("wsname", out var name) && Symbol.TryParse(name.GetString(), out var symbol)
            ? new VenueInstrument($"{symbol.Base}/{symbol.Quote}", symbol) { RestId = pair.GetProperty("altname").GetString()! }
            : null;
    }

    private async Task<List<VenueTrade>> TradesAsync(VenueInstrument instrument, string query, CancellationToken cancellation)
    {
        using var answer = await GetAsync(History, $"0/public/Trades?pair={instrument.RestId}&{query}", cancellation);
        return RestAnswer.Read(answer, root => root.GetProperty("result").EnumerateObject().Where(p => p.Name != "last")
            .SelectMany(p => p.Value.EnumerateArray()).Select(row => ReadRow(row, instrument.Id)).ToList());
    }

    private static VenueTrade ReadRow(JsonElement row, string instrumentId)
    {
        var json = RestAnswer.ReaderOf(row);
        return KrakenParser.ParseRestTrade(ref json, instrumentId);
    }

    /// <summary>Errors come with status 200, in the body.</summary>
    private async Task<JsonDocument> GetAsync(RestEndpoint endpoint, string pathAndQuery, CancellationToken cancellation)
    {
        var answer = await rest.GetJsonAsync(endpoint, pathAndQuery, cancellation);
        var error = RestAnswer.Read(answer, root => root.GetProperty("error").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.String } first ? first.GetString() : null);
        if (error is null) return answer;
        answer.Dispose();
        var isTooMany = error.Contains("Too many requests", StringComparison.OrdinalIgnoreCase) || error.Contains("Rate limit", StringComparison.OrdinalIgnoreCase);
        if (isTooMany) rest.Pause(TooManyPause);
        throw new HttpRequestException($"{endpoint.Name}: {error}", null, isTooMany ? HttpStatusCode.TooManyRequests : HttpStatusCode.BadRequest);
    }
}
