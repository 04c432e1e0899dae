using System.Text.Json;
using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues.Binance;

/// <summary>
/// Binance spot: <c>@trade</c> streams of the combined stream. It has no heartbeat messages, so its server is asked for the list of subscriptions:
/// the answer confirms the subscription and, later, that the socket is alive. Source: developers.binance.com, web-socket-streams.
/// </summary>
internal sealed class BinanceVenue(HttpClient http, Uri socket, Uri rest) : IVenue
{
    public static readonly Uri LiveSocket = new("wss://stream.binance.com:9443/stream");
    public static readonly Uri LiveRest = new("https://data-api.binance.vision/");

    private static readonly byte[] ListSubscriptions = """{"method":"LIST_SUBSCRIPTIONS","id":1}"""u8.ToArray();

    public Venue Venue => Venue.Binance;

    public int PageSize => 1000;

    public ReadOnlyMemory<byte>? Probe => ListSubscriptions;

    public Uri SocketAddress(IReadOnlyList<VenueInstrument> instruments) =>
        new($"{socket}?streams={string.Join('/', instruments.Select(i => i.Id.ToLowerInvariant() + "@trade"))}");

    public ReadOnlyMemory<byte> Subscription(IReadOnlyList<VenueInstrument> instruments) => ListSubscriptions;

    public FeedMessage Parse(ReadOnlySpan<byte> message) => BinanceParser.Parse(message);

    public async Task<IReadOnlyList<VenueInstrument>> InstrumentsAsync(CancellationToken cancellation)
    {
        using var info = await RestAnswer.GetAsync(http, new Uri(rest, "api/v3/exchangeInfo?permissions=SPOT&symbolStatus=TRADING"), cancellation);
        return RestAnswer.Read(info, root => root.GetProperty("symbols").EnumerateArray()
            .Where(s => s.GetProperty("status").ValueEquals("TRADING"))
            .Select(s => (Id: s.GetProperty("symbol").GetString()!, Name: $"{s.GetProperty("baseAsset").GetString()}-{s.GetProperty("quoteAsset").GetString()}"))
            .Select(s => Symbol.TryParse(s.Name, out var symbol) ? new VenueInstrument(s.Id, symbol) : null)
            .OfType<VenueInstrument>()
            .ToList());
    }

    public async Task<long?> LatestTradeIdAsync(VenueInstrument instrument, CancellationToken cancellation)
    {
        var newest = await TradesAsync(instrument, $"api/v3/trades?symbol={instrument.Id}&limit=1", cancellation);
        return newest.Count > 0 ? newest[^1].TradeId : null;
    }

    public async Task<IReadOnlyList<VenueTrade>> TradesFromAsync(VenueInstrument instrument, long fromId, CancellationToken cancellation) =>
        await TradesAsync(instrument, $"api/v3/historicalTrades?symbol={instrument.Id}&limit={PageSize}&fromId={fromId}", cancellation);

    private async Task<List<VenueTrade>> TradesAsync(VenueInstrument instrument, string pathAndQuery, CancellationToken cancellation)
    {
        var body = await RestAnswer.GetBytesAsync(http, new Uri(rest, pathAndQuery), cancellation);
        return RestAnswer.ReadArray(body, (ref Utf8JsonReader json) => BinanceParser.ParseRestTrade(ref json, instrument.Id));
    }
}
