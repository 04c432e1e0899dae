using System.Diagnostics.CodeAnalysis;

namespace CryptoAspire.Market;

/// <summary>
/// What a user writes to have something followed: a coin (<c>BTC</c>, <c>bitcoin</c>: in each venue's main dollar currency) or a pair in any spelling
/// (<c>ETH-BTC</c>, <c>XBT/EUR</c>, <c>BTCUSDT</c>: where it is listed).
/// </summary>
public static class TrackedName
{
    private const int LongestCoin = 16;

    /// <summary>The canonical form: <c>BTC</c> or <c>ETH-BTC</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out string? name)
    {
        text = text.Trim();
        if (CoinNames.TryFind(text, out name)) return true;
        if (text.AsSpan().IndexOfAny("-/_:") < 0 && !EndsInMoney(text))
        {
            name = text.Length is > 0 and <= LongestCoin && text.All(char.IsAsciiLetterOrDigit) ? Symbol.CommonName(text.ToUpperInvariant()) : null;
            return name is not null;
        }
        name = Symbol.TryParse(text, out var symbol) ? symbol.Name : null;
        return name is not null;
    }

    // WBTC and STETH are coins; BTCUSDT is a pair, and so is nothing shorter than both its parts.
    private static bool EndsInMoney(string text) =>
        new[] { "USD", "USDT", "USDC", "EUR", "GBP", "JPY" }.Any(quote => text.Length > quote.Length + 1 && text.EndsWith(quote, StringComparison.OrdinalIgnoreCase));
}
