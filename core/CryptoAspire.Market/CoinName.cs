namespace CryptoAspire.Market;

/// <summary>The coins' full names, as CoinGecko and people write them, for the coins that the replaced systems followed.</summary>
public static class CoinName
{
    private static readonly Dictionary<string, string> Tickers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["bitcoin"] = "BTC", ["ethereum"] = "ETH", ["solana"] = "SOL", ["cardano"] = "ADA", ["dogecoin"] = "DOGE", ["ripple"] = "XRP", ["litecoin"] = "LTC",
        ["polkadot"] = "DOT", ["binancecoin"] = "BNB", ["tether"] = "USDT", ["chainlink"] = "LINK", ["avalanche-2"] = "AVAX", ["tron"] = "TRX",
    };

    /// <summary>The ticker of a coin's full name; null when it is not known.</summary>
    public static string? ToTicker(string name) => Tickers.GetValueOrDefault(name.Trim());
}
