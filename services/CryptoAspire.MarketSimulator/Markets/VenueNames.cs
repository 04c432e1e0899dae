namespace CryptoAspire.MarketSimulator.Markets;

/// <summary>The venues whose protocols are served.</summary>
public static class VenueNames
{
    public const string Coinbase = "coinbase";
    public const string Binance = "binance";
    public const string Kraken = "kraken";
    public const string Gemini = "gemini";
}
