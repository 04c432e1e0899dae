using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues;

/// <summary>
/// What a feed must know of one exchange: how to subscribe, how to read its messages, how to ask for trades by id.
/// It holds no connection and no state; <see cref="Feeds.VenueFeed"/> does.
/// </summary>
public interface IVenue
{
    Venue Venue { get; }

    /// <summary>The exchange's own list of products, limited to those that can be traded.</summary>
    /// <exception cref="HttpRequestException">The exchange did not answer properly.</exception>
    Task<IReadOnlyList<VenueInstrument>> InstrumentsAsync(CancellationToken cancellation);

    /// <summary>Where to connect to receive these instruments.</summary>
    Uri SocketAddress(IReadOnlyList<VenueInstrument> instruments);

    /// <summary>Sent right after connecting; the answer to it must parse as <see cref="FeedMessageKind.Subscribed"/>.</summary>
    ReadOnlyMemory<byte> Subscription(IReadOnlyList<VenueInstrument> instruments);

    /// <summary>A harmless request that a living server answers, sent when nothing was heard for a while; null if the feed has heartbeats of its own.</summary>
    ReadOnlyMemory<byte>? Probe { get; }

    /// <summary>Reads one message. It never throws: what cannot be read is <see cref="FeedMessageKind.Invalid"/> with the reason.</summary>
    FeedMessage Parse(ReadOnlySpan<byte> message);

    /// <summary>The id of the newest trade, or null if there has been none.</summary>
    /// <exception cref="HttpRequestException">The exchange did not answer properly.</exception>
    Task<long?> LatestTradeIdAsync(VenueInstrument instrument, CancellationToken cancellation);

    /// <summary>
    /// Trades with an id of at least <paramref name="fromId"/>, oldest first; at most a page. Empty when the exchange has none in the page that starts there.
    /// </summary>
    /// <exception cref="HttpRequestException">The exchange did not answer properly.</exception>
    Task<IReadOnlyList<VenueTrade>> TradesFromAsync(VenueInstrument instrument, long fromId, CancellationToken cancellation);

    /// <summary>How many ids a page of <see cref="TradesFromAsync"/> spans.</summary>
    int PageSize { get; }
}
