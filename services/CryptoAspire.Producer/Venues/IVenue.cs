using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues;

/// <summary>
/// What a feed must know of one exchange: which channels to subscribe to and how, how to read its messages, how to ask for trades that were missed.
/// It holds no connection and no state of one; <see cref="Feeds.VenueFeed"/> does. How to write one: docs/ADDING-A-VENUE.md.
/// </summary>
public interface IVenue
{
    /// <summary>Its name, and whether the trade ids of a product are 1, 2, 3 … (a jump proves a loss) or sparse (a jump proves nothing).</summary>
    Venue Venue { get; }

    /// <summary>What one connection may carry and how long it lives.</summary>
    ConnectionRules Rules { get; }

    /// <summary>
    /// The channels to read; exactly one of them has <see cref="VenueChannel.CarriesTrades"/>. Each is subscribed by messages of its own, one after the
    /// other, each acknowledged or asked again.
    /// </summary>
    IReadOnlyList<VenueChannel> Channels { get; }

    /// <summary>The exchange's own list of products, limited to those that can be traded.</summary>
    /// <exception cref="HttpRequestException">The exchange did not answer properly.</exception>
    Task<IReadOnlyList<VenueInstrument>> InstrumentsAsync(CancellationToken cancellation);

    /// <summary>Where to connect to receive these instruments.</summary>
    Uri SocketAddress(IReadOnlyList<VenueInstrument> instruments);

    /// <summary>
    /// The request that subscribes one channel for some products (none when the channel has no products), or ends that. The answer must be reported as
    /// <see cref="FeedFrame.Confirm(VenueChannel, string?)"/>, <see cref="FeedFrame.ConfirmRequest"/> or <see cref="FeedFrame.Refuse"/>.
    /// </summary>
    /// <param name="requestId">Rises with each request of a connection; for venues that answer with it.</param>
    ReadOnlyMemory<byte> Request(VenueChannel channel, IReadOnlyList<VenueInstrument> instruments, bool subscribe, long requestId);

    /// <summary>A harmless request that a living server answers, sent when nothing was heard for a while; null if the feed has heartbeats of its own.</summary>
    ReadOnlyMemory<byte>? Probe { get; }

    /// <summary>
    /// Reads one message into the frame, without allocating for the messages that come all the time. It never throws: what cannot be read is
    /// <see cref="FeedFrame.Reject"/>ed with the reason. Implement it with <see cref="FeedFrame.Read"/>.
    /// </summary>
    void Parse(ReadOnlySpan<byte> message, FeedFrame frame);

    /// <summary>The newest trades, oldest first, at most <paramref name="count"/>; empty if there has been none.</summary>
    /// <exception cref="HttpRequestException">The exchange did not answer properly.</exception>
    Task<IReadOnlyList<VenueTrade>> RecentTradesAsync(VenueInstrument instrument, int count, CancellationToken cancellation);

    /// <summary>
    /// A page of the trades that follow <paramref name="after"/>, by its id or by its time, whichever the venue can be asked for; oldest first. By time the
    /// page may begin with trades at or before it.
    /// </summary>
    /// <exception cref="HttpRequestException">The exchange did not answer properly.</exception>
    Task<TradePage> TradesAfterAsync(VenueInstrument instrument, TradeCursor after, CancellationToken cancellation);

    /// <summary>Whether pages of trades are asked for by time; else by id.</summary>
    bool PagesByTime => !Venue.ContiguousTradeIds;

    /// <summary>The exchange's clock now, or null if it does not tell.</summary>
    /// <exception cref="HttpRequestException">The exchange did not answer properly.</exception>
    Task<DateTimeOffset?> ServerTimeAsync(CancellationToken cancellation);
}
