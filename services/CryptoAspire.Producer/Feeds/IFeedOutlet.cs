using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>Where a source puts what it has read: Bronze, by a bounded queue that makes the writer wait when Kafka does.</summary>
public interface IFeedOutlet
{
    /// <summary>The <c>source</c> that records must carry, with its suffix.</summary>
    string Source { get; }

    /// <summary>A price without a trade, to <c>crypto_prices</c>.</summary>
    ValueTask TickerAsync(VenueInstrument instrument, VenueTicker ticker, long receivedUs, CancellationToken cancellation);

    /// <summary>A record of another topic (<c>market_data</c>, <c>sentiment</c>, <c>news</c>), encoded.</summary>
    ValueTask WriteAsync(string topic, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellation);

    /// <summary>What cannot be used goes to the dead-letter topic as it came, with the reason.</summary>
    ValueTask RejectAsync(ReadOnlyMemory<byte> message, string reason, long receivedUs, CancellationToken cancellation);
}
