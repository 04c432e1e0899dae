using System.Globalization;
using System.Text.RegularExpressions;
using CryptoAspire.Market;
using CryptoAspire.Producer.History.Import.Files;

namespace CryptoAspire.Producer.History.Import;

/// <summary>What the names of a file and of its folders say of its content, for what the content itself leaves open. What is ambiguous is not guessed.</summary>
internal static partial class NameHints
{
    // Venues that histories are commonly of, under the names that their files have.
    private static readonly Dictionary<string, string> Venues = new(StringComparer.Ordinal)
    {
        ["coinbase"] = "coinbase", ["gdax"] = "coinbase", ["binance"] = "binance", ["kraken"] = "kraken", ["gemini"] = "gemini", ["bitstamp"] = "bitstamp", ["bitfinex"] = "bitfinex",
        ["bybit"] = "bybit", ["okx"] = "okx", ["kucoin"] = "kucoin", ["huobi"] = "huobi", ["poloniex"] = "poloniex", ["bittrex"] = "bittrex", ["bitmex"] = "bitmex", ["ftx"] = "ftx",
        ["coinmarketcap"] = "coinmarketcap",
    };

    /// <summary>The venue that the nearest of the names has in it.</summary>
    public static string? Venue(HistoryContent content) => Names(content).Select(name => Words(name).Select(w => Venues.GetValueOrDefault(w)).FirstOrDefault(v => v is not null)).FirstOrDefault(v => v is not null);

    /// <summary>The pair that the nearest of the names has in it (<c>btcusd</c>, <c>XRP_ETH</c>); null when it has none, or several.</summary>
    /// <param name="base">The base asset, when it is known.</param>
    public static Symbol? Pair(HistoryContent content, string? @base = null)
    {
        foreach (var name in Names(content).Take(3))
        {
            var words = Words(name);
            var pairs = @base is null
                ? words.Select(w => Pair(w, "")).Concat(words.Zip(words.Skip(1), Pair))
                : words.Select(w => Pair(@base.ToLowerInvariant(), w)).Concat(words.Select(w => Pair(w, "") is { } pair && pair.Base == @base ? pair : null));
            List<Symbol> found = [.. pairs.OfType<Symbol>().Distinct()];
            if (found.Count > 0) return found.Count == 1 ? found[0] : null;
        }
        return null;
    }

    /// <summary>The day in the name, <c>20161007</c>.</summary>
    public static DateTime? Day(HistoryContent content) => Names(content).Take(2).SelectMany(Words)
        .Select(w => DateTime.TryParseExact(w, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var day) ? day : (DateTime?)null)
        .FirstOrDefault(d => d is not null);

    /// <summary>From the innermost to the outermost.</summary>
    private static IEnumerable<string> Names(HistoryContent content) =>
        content.File.Split(Path.DirectorySeparatorChar).Append(content.Entry).SelectMany(n => n.Split('/')).Where(n => n.Length > 0).Reverse();

    /// <summary>A word may have the venue before it: <c>bitstampUSD</c>.</summary>
    private static List<string> Words(string name) =>
        [.. NotOfWords().Split(name.ToLowerInvariant()).Where(w => w.Length > 0).SelectMany(w => Venues.Keys.FirstOrDefault(v => w.Length > v.Length && w.StartsWith(v, StringComparison.Ordinal)) is { } venue ? [venue, w[venue.Length..]] : new[] { w })];

    private static Symbol? Pair(string first, string second)
    {
        if (first.Length < 2 || CoinNames.TryFind(first + second, out _) || !Symbol.TryParse(first + second, out var pair)) return null;
        return second.Length == 0 || pair.Base == Symbol.CommonName(first.ToUpperInvariant()) ? pair : null;
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotOfWords();
}
