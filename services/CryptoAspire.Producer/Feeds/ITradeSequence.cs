using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// One instrument's trades on their way to Bronze: each passes once, and what a connection missed is fetched from the venue. Two connections may feed it at
/// once while one replaces the other.
/// </summary>
internal interface ITradeSequence
{
    /// <summary>A connection opens after none was there: from here on something may have been missed.</summary>
    ValueTask HoldAsync(CancellationToken cancellation);

    /// <summary>The subscription flows: finds out what was missed and fetches it.</summary>
    /// <param name="lifetime">Of the feed, not of the connection: a repair goes on when the socket breaks again.</param>
    ValueTask ReconcileAsync(CancellationToken lifetime);

    ValueTask AcceptAsync(VenueTrade trade, long receivedUs, CancellationToken connection, CancellationToken lifetime);

    /// <summary>The venue says how far its trades have come.</summary>
    ValueTask PromiseAsync(long lastTradeId, CancellationToken lifetime);

    /// <summary>Fetches what an open gap lacks; the rest of it when it fails half-way, null when nothing is left.</summary>
    Task<TradeGap?> FillAsync(TradeGap gap, CancellationToken lifetime);
}
