using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace CryptoAspire.Market;

/// <summary>
/// Coins under the names that people and CoinGecko call them by: <c>bitcoin</c> is BTC. A name stands for the coin; as a <see cref="Symbol"/> for its
/// price in dollars.
/// </summary>
public static class CoinNames
{
    // Ids of api.coingecko.com/api/v3/coins/list, and the plain name where the id is not one.
    private static readonly FrozenDictionary<string, string> AssetsByName = new Dictionary<string, string>
    {
        ["bitcoin"] = "BTC", ["ethereum"] = "ETH", ["solana"] = "SOL", ["cardano"] = "ADA", ["dogecoin"] = "DOGE",
        ["binancecoin"] = "BNB", ["bnb"] = "BNB", ["ripple"] = "XRP", ["xrp"] = "XRP", ["polkadot"] = "DOT", ["chainlink"] = "LINK",
        ["avalanche-2"] = "AVAX", ["avalanche"] = "AVAX", ["litecoin"] = "LTC", ["bitcoin-cash"] = "BCH", ["stellar"] = "XLM", ["uniswap"] = "UNI",
        ["cosmos"] = "ATOM", ["matic-network"] = "MATIC", ["polygon"] = "POL", ["tron"] = "TRX", ["shiba-inu"] = "SHIB", ["pepe"] = "PEPE",
        ["near"] = "NEAR", ["aptos"] = "APT", ["sui"] = "SUI", ["filecoin"] = "FIL", ["aave"] = "AAVE", ["algorand"] = "ALGO",
        ["tether"] = "USDT", ["usd-coin"] = "USDC", ["dai"] = "DAI",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The assets that have a name here: BTC, ETH …</summary>
    public static readonly FrozenSet<string> Assets = AssetsByName.Values.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The asset of that name in any case; false when it is no name that we know.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out string? asset) => AssetsByName.TryGetValue(name, out asset);
}
