namespace CryptoAspire.Market.Bronze;

/// <summary>What a Bronze record says: an executed trade, or a venue's current price.</summary>
public enum BronzeKind : byte
{
    Trade,
    Ticker,
}
