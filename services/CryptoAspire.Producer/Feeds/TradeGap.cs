namespace CryptoAspire.Producer.Feeds;

/// <summary>Trades that the venue must have had and we have not seen: a range of ids, or a span of time where ids prove nothing (both ids 0).</summary>
/// <param name="FromUs">No trade of the gap is older, Unix µs; 0 when it is not known.</param>
/// <param name="ToUs">No trade of the gap is newer, Unix µs; 0 when it is not known.</param>
/// <param name="Reason">Why it is open.</param>
public sealed record TradeGap(string InstrumentId, long FromId, long ToId, long FromUs, long ToUs, DateTimeOffset Since, string Reason)
{
    /// <summary>Trades that are missing; null where only the time is known.</summary>
    public long? Count => ToId > 0 ? ToId - FromId + 1 : null;
}
