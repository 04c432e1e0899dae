using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>How far one instrument's trades have come on their way to Bronze. One caller at a time.</summary>
/// <param name="recovered">Newest trade of the instrument that an earlier run left in Bronze, if any.</param>
internal sealed class TradePassage(TradeSequencer.Emit emit, TradeCursor? recovered)
{
    private long? lastEmitted;   // highest id passed by this process

    /// <summary>The highest id that is in Bronze, this process's or an earlier one's; null when there is none.</summary>
    public TradeCursor? Newest { get; private set; } = recovered;

    /// <summary>This process has passed it already.</summary>
    public bool HasPassed(in VenueTrade trade) => trade.TradeId <= lastEmitted;

    /// <summary>Ids before it are missing.</summary>
    public bool IsBehindHole(in VenueTrade trade) => trade.TradeId > Newest?.TradeId + 1;

    public async ValueTask PassAsync(VenueTrade trade, long receivedUs, CancellationToken cancellation)
    {
        await emit(trade, receivedUs, cancellation);
        lastEmitted = trade.TradeId;
        if (Newest is not { } newest || trade.TradeId > newest.TradeId) Newest = TradeCursor.Of(trade);
    }

    /// <summary>Passes a trade of a gap that others have passed already.</summary>
    public ValueTask PassLateAsync(VenueTrade trade, long receivedUs, CancellationToken cancellation) => emit(trade, receivedUs, cancellation);

    /// <summary>There are no trades up to this id.</summary>
    public void SkipTo(long tradeId) => Newest = new TradeCursor(tradeId, Newest?.EventTimeUs ?? 0);
}
