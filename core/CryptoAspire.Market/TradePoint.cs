namespace CryptoAspire.Market;

/// <summary>
/// A trade's place and price, to tell which of two came first. The order is total: event time, then venue (ordinal), then trade id, so that
/// a candle's open and close do not depend on the order of arrival.
/// </summary>
public readonly record struct TradePoint(long EventTimeUs, string Venue, long TradeId, decimal Price)
{
    public bool IsBefore(in TradePoint other)
    {
        if (EventTimeUs != other.EventTimeUs)
            return EventTimeUs < other.EventTimeUs;
        var venues = string.CompareOrdinal(Venue, other.Venue);
        return venues != 0 ? venues < 0 : TradeId < other.TradeId;
    }
}
