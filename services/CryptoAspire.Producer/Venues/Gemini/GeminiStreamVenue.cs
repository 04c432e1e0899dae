using System.Text.Json;
using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues.Gemini;

/// <summary>
/// Gemini's newer stream API: <c>btcusd@trade</c>, each request answered by its number. It has no heartbeat, so a silent server is pinged.
/// REST and ids are as in <see cref="GeminiVenue"/>. Source: developer.gemini.com/websocket.
/// </summary>
internal sealed class GeminiStreamVenue(GeminiRest rest, Uri socket) : IVenue, ITickerSource, ICandleSource
{
    public static readonly Uri LiveSocket = new("wss://ws.gemini.com");

    public static readonly VenueChannel Trade = new("trade") { CarriesTrades = true };

    private static readonly byte[] Ping = """{"id":0,"method":"ping"}"""u8.ToArray();

    public Venue Venue => Venue.Gemini;

    public ConnectionRules Rules { get; } = new(MaxInstruments: 100);

    public IReadOnlyList<VenueChannel> Channels { get; } = [Trade];

    public ReadOnlyMemory<byte>? Probe => Ping;

    public TimeSpan TickerInterval => GeminiRest.TickerInterval;

    public Uri SocketAddress(IReadOnlyList<VenueInstrument> instruments) => socket;

    public ReadOnlyMemory<byte> Request(VenueChannel channel, IReadOnlyList<VenueInstrument> instruments, bool subscribe, long requestId) =>
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = requestId,
            method = subscribe ? "subscribe" : "unsubscribe",
            @params = instruments.Select(i => $"{i.Id.ToLowerInvariant()}@{channel.Name}"),
        });

    public void Parse(ReadOnlySpan<byte> message, FeedFrame frame) => frame.Read(message, GeminiStreamParser.Read);

    public Task<IReadOnlyList<VenueInstrument>> InstrumentsAsync(CancellationToken cancellation) => rest.InstrumentsAsync(cancellation);

    public Task<IReadOnlyList<VenueTrade>> RecentTradesAsync(VenueInstrument instrument, int count, CancellationToken cancellation) =>
        rest.RecentTradesAsync(instrument, count, cancellation);

    public Task<TradePage> TradesAfterAsync(VenueInstrument instrument, TradeCursor after, CancellationToken cancellation) => rest.TradesAfterAsync(instrument, after, cancellation);

    public Task<VenueTicker> TickerAsync(VenueInstrument instrument, CancellationToken cancellation) => rest.TickerAsync(instrument, cancellation);

    public MinuteReach Reach => GeminiRest.Reach;

    public Task<IReadOnlyList<VenueKline>> MinutesAsync(VenueInstrument instrument, long fromUs, CancellationToken cancellation) => rest.MinutesAsync(instrument, fromUs, cancellation);

    public Task<DateTimeOffset?> ServerTimeAsync(CancellationToken cancellation) => Task.FromResult<DateTimeOffset?>(null);
}
