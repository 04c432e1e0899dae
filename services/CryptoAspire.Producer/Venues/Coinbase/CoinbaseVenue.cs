using System.Text.Json;
using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues.Coinbase;

/// <summary>
/// Coinbase Exchange: channels <c>matches</c> (every trade), <c>ticker</c> (bid, ask, 24 h volume) and <c>heartbeat</c> (once a second, with the newest trade id).
/// Source: docs.cdp.coinbase.com/exchange.
/// </summary>
internal sealed class CoinbaseVenue(HttpClient http, Uri socket, Uri rest) : IVenue
{
    public static readonly Uri LiveSocket = new("wss://ws-feed.exchange.coinbase.com");
    public static readonly Uri LiveRest = new("https://api.exchange.coinbase.com/");

    public Venue Venue => Venue.Coinbase;

    public int PageSize => 1000;

    /// <summary>The heartbeat channel speaks every second: silence needs no question.</summary>
    public ReadOnlyMemory<byte>? Probe => null;

    public Uri SocketAddress(IReadOnlyList<VenueInstrument> instruments) => socket;

    public ReadOnlyMemory<byte> Subscription(IReadOnlyList<VenueInstrument> instruments) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        type = "subscribe",
        product_ids = instruments.Select(i => i.Id),
        channels = new[] { "matches", "ticker", "heartbeat" },
    });

    public FeedMessage Parse(ReadOnlySpan<byte> message) => CoinbaseParser.Parse(message);

    public async Task<IReadOnlyList<VenueInstrument>> InstrumentsAsync(CancellationToken cancellation)
    {
        using var products = await RestAnswer.GetAsync(http, new Uri(rest, "products"), cancellation);
        return RestAnswer.Read(products, root => root.EnumerateArray()
            .Where(p => !(p.TryGetProperty("trading_disabled", out var disabled) && disabled.ValueKind == JsonValueKind.True))
            .Select(p => (Id: p.GetProperty("id").GetString()!, Name: $"{p.GetProperty("base_currency").GetString()}-{p.GetProperty("quote_currency").GetString()}"))
            .Select(p => Symbol.TryParse(p.Name, out var symbol) ? new VenueInstrument(p.Id, symbol) : null)
            .OfType<VenueInstrument>()
            .ToList());
    }

    public async Task<long?> LatestTradeIdAsync(VenueInstrument instrument, CancellationToken cancellation)
    {
        var newest = await TradesAsync(instrument, "limit=1", cancellation);
        return newest.Count > 0 ? newest[0].TradeId : null;
    }

    public async Task<IReadOnlyList<VenueTrade>> TradesFromAsync(VenueInstrument instrument, long fromId, CancellationToken cancellation)
    {
        // Pages go backwards from a cursor, and ids have no holes: the page that ends PageSize ids later starts where we want it.
        var page = await TradesAsync(instrument, $"limit={PageSize}&after={fromId + PageSize}", cancellation);
        return [.. page.Where(t => t.TradeId >= fromId).Reverse()];
    }

    private async Task<List<VenueTrade>> TradesAsync(VenueInstrument instrument, string query, CancellationToken cancellation)
    {
        var body = await RestAnswer.GetBytesAsync(http, new Uri(rest, $"products/{instrument.Id}/trades?{query}"), cancellation);
        return RestAnswer.ReadArray(body, (ref Utf8JsonReader json) => CoinbaseParser.ParseRestTrade(ref json, instrument.Id));
    }
}
