namespace CryptoAspire.Producer.Feeds;

/// <summary>Trade ids that the venue must have used and we have not seen.</summary>
public sealed record TradeGap(string InstrumentId, long FromId, long ToId, DateTimeOffset Since)
{
    public long Count => ToId - FromId + 1;
}
