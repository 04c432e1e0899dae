using System.Diagnostics.CodeAnalysis;

namespace CryptoAspire.Market;

/// <summary>
/// A traded pair under its canonical name <c>BASE-QUOTE</c>, for example <c>BTC-USD</c>. Equal when the names are equal.
/// <see cref="Parse"/> also reads the venues' spellings: <c>BTCUSDT</c>, <c>btc/usd</c>, <c>XBT/USD</c>, <c>XXBTZUSD</c>, and a coin's
/// name for its price in dollars: <c>bitcoin</c>.
/// </summary>
public sealed class Symbol : IEquatable<Symbol>, IComparable<Symbol>
{
    private const int LongestAsset = 16;

    // Longest first where one ends in another (FDUSD before USD), because the split takes the first that fits. TUSD and BUSD are left
    // out: SHIBUSD and DOTUSD trade far more than those two. A venue client that can meet them names the pair from its product list.
    private static readonly string[] KnownQuotes =
    [
        "FDUSD", "PYUSD", "USDT", "USDC", "USDE", "USDD", "USD", "EUR", "EURI", "GBP", "JPY", "AUD", "CAD", "CHF",
        "BRL", "TRY", "KRW", "DAI", "BTC", "XBT", "ETH", "BNB", "SOL",
    ];

    private Symbol(string @base, string quote)
    {
        Base = @base;
        Quote = quote;
        Name = $"{@base}-{quote}";
    }

    /// <summary>The asset that is bought and sold; sizes and volumes are in it.</summary>
    public string Base { get; }

    /// <summary>The asset that prices are expressed in.</summary>
    public string Quote { get; }

    /// <summary>The canonical name, <c>BASE-QUOTE</c>.</summary>
    public string Name { get; }

    /// <summary>Reads any accepted spelling.</summary>
    /// <exception cref="FormatException">The text is not a pair that can be split into base and quote.</exception>
    public static Symbol Parse(string text) =>
        TryParse(text, out var symbol) ? symbol : throw new FormatException($"'{text}' is not a symbol; write BASE-QUOTE, for example BTC-USD.");

    /// <summary>Reads any accepted spelling; false when the text has no unambiguous base and quote.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Symbol? symbol)
    {
        symbol = null;
        if (string.IsNullOrEmpty(text) || text.Length > 2 * LongestAsset + 1)
            return false;
        if (CoinNames.TryFind(text, out var coin))
        {
            symbol = new Symbol(coin, "USD");
            return true;
        }

        var upper = text.ToUpperInvariant();
        var separator = upper.AsSpan().IndexOfAny("-/_:");
        var (left, right) = separator >= 0 ? (upper[..separator], upper[(separator + 1)..]) : Split(upper);
        if (!IsAsset(left) || !IsAsset(right))
            return false;

        symbol = new Symbol(CommonName(left), CommonName(right));
        return true;
    }

    public bool Equals(Symbol? other) => other is not null && Name == other.Name;

    public override bool Equals(object? obj) => Equals(obj as Symbol);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    public int CompareTo(Symbol? other) => string.CompareOrdinal(Name, other?.Name);

    public override string ToString() => Name;

    public static bool operator ==(Symbol? left, Symbol? right) => Equals(left, right);

    public static bool operator !=(Symbol? left, Symbol? right) => !Equals(left, right);

    private static (string Base, string Quote) Split(string pair)
    {
        // Kraken's REST spells older pairs with a class letter before each asset: XXBTZUSD, XETHXXBT.
        if (pair.Length == 8 && pair[0] is 'X' && pair[4] is 'X' or 'Z')
            return (pair[1..4], pair[5..]);
        foreach (var quote in KnownQuotes)
        {
            if (pair.Length > quote.Length && pair.EndsWith(quote, StringComparison.Ordinal))
                return (pair[..^quote.Length], quote);
        }

        return ("", "");
    }

    private static bool IsAsset(string text)
    {
        if (text.Length is 0 or > LongestAsset)
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterUpper(c) && !char.IsAsciiDigit(c))
                return false;
        }

        return true;
    }

    /// <summary>Kraken's older names of assets under those that everybody else uses.</summary>
    public static string CommonName(string asset) => asset switch
    {
        "XBT" => "BTC",
        "XDG" => "DOGE",
        _ => asset,
    };
}
