namespace CryptoAspire.Producer.Venues;

/// <summary>A place in the trades of one instrument: the trade with this id, executed at this time.</summary>
/// <param name="EventTimeUs">Unix µs; 0 when it is not known.</param>
public readonly record struct TradeCursor(long TradeId, long EventTimeUs)
{
    public static TradeCursor Of(in VenueTrade trade) => new(trade.TradeId, trade.EventTimeUs);
}
