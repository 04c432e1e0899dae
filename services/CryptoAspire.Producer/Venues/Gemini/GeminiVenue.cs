using System.Text.Json;
using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues.Gemini;

/// <summary>
/// Gemini's v2 market data: the channel <c>l2</c>, which is the only one that has trades, and heartbeats every five seconds. Trade ids are sparse: a loss
/// cannot be seen in them, so each connection begins with asking REST for what followed the last one. There is no ticker; REST has one.
/// The venue calls this API archived; <see cref="GeminiStreamVenue"/> is its successor, read when <c>Feeds:gemini:Socket</c> names its address. Source: docs.gemini.com/websocket/archived/v2.
/// </summary>
internal sealed class GeminiVenue(GeminiRest rest, Uri socket) : IVenue, ITickerSource, ICandleSource
{
    public static readonly Uri LiveSocket = new("wss://api.gemini.com/v2/marketdata");

    public static readonly VenueChannel Book = new("l2") { CarriesTrades = true };

    public Venue Venue => Venue.Gemini;

    public ConnectionRules Rules { get; } = new(MaxInstruments: 50);

    public IReadOnlyList<VenueChannel> Channels { get; } = [Book];

    /// <summary>Heartbeats come by themselves.</summary>
    public ReadOnlyMemory<byte>? Probe => null;

    public TimeSpan TickerInterval => GeminiRest.TickerInterval;

    public Uri SocketAddress(IReadOnlyList<VenueInstrument> instruments) => socket;

    public ReadOnlyMemory<byte> Request(VenueChannel channel, IReadOnlyList<VenueInstrument> instruments, bool subscribe, long requestId) =>
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            type = subscribe ? "subscribe" : "unsubscribe",
            subscriptions = new[] { new { name = channel.Name, symbols = instruments.Select(i => i.Id) } },
        });

    public void Parse(ReadOnlySpan<byte> message, FeedFrame frame) => frame.Read(message, GeminiParser.Read);

    public Task<IReadOnlyList<VenueInstrument>> InstrumentsAsync(CancellationToken cancellation) => rest.InstrumentsAsync(cancellation);

    public Task<IReadOnlyList<VenueTrade>> RecentTradesAsync(VenueInstrument instrument, int count, CancellationToken cancellation) =>
        rest.RecentTradesAsync(instrument, count, cancellation);

    public Task<TradePage> TradesAfterAsync(VenueInstrument instrument, TradeCursor after, CancellationToken cancellation) => rest.TradesAfterAsync(instrument, after, cancellation);

    public Task<VenueTicker> TickerAsync(VenueInstrument instrument, CancellationToken cancellation) => rest.TickerAsync(instrument, cancellation);

    public MinuteReach Reach => GeminiRest.Reach;

    public Task<IReadOnlyList<VenueKline>> MinutesAsync(VenueInstrument instrument, long fromUs, CancellationToken cancellation) => rest.MinutesAsync(instrument, fromUs, cancellation);

    public Task<DateTimeOffset?> ServerTimeAsync(CancellationToken cancellation) => Task.FromResult<DateTimeOffset?>(null);
}
