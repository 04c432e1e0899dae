namespace CryptoAspire.Market;

/// <summary>
/// Where trades come from. A record's <c>source</c> is the venue's name, with <c>-sim</c> for simulated and <c>-replay</c> for recorded
/// data; Silver and candles are keyed by the source, so that such data never mixes with the live venue's.
/// </summary>
/// <param name="Name">The venue's own name in lower case, without a suffix.</param>
/// <param name="ContiguousTradeIds">
/// True when the venue numbers the trades of one symbol 1, 2, 3 … without holes, so that a jump proves a loss (docs/feeds.md).
/// </param>
public sealed record Venue(string Name, bool ContiguousTradeIds)
{
    /// <summary>The candles' venue that stands for all venues together.</summary>
    public const string All = "*";

    public static readonly Venue Coinbase = new("coinbase", ContiguousTradeIds: true);

    /// <summary>Another door to Coinbase's order books: the same trades under the same ids.</summary>
    public static readonly Venue CoinbaseAdvanced = new("coinbase-advanced", ContiguousTradeIds: true);
    public static readonly Venue Binance = new("binance", ContiguousTradeIds: true);

    /// <summary>Binance's aggregate trades, which stand for the same trades under ids of their own: read instead of those, never beside them.</summary>
    public static readonly Venue BinanceAggregated = new("binance-agg", ContiguousTradeIds: true);
    public static readonly Venue Kraken = new("kraken", ContiguousTradeIds: true);
    public static readonly Venue Gemini = new("gemini", ContiguousTradeIds: false);

    private static readonly Dictionary<string, Venue> Known = new[] { Coinbase, CoinbaseAdvanced, Binance, BinanceAggregated, Kraken, Gemini }.ToDictionary(v => v.Name);

    /// <summary>The exchanges that trades are read from.</summary>
    public static IReadOnlyCollection<Venue> Exchanges => Known.Values;

    /// <summary>The venue behind a source; one that we do not know has no contiguous ids, because nothing may be concluded from a jump.</summary>
    public static Venue OfSource(string source)
    {
        var name = IsSimulated(source) ? source[..^4] : IsReplayed(source) ? source[..^7] : source;
        return Known.GetValueOrDefault(name) ?? new Venue(name, ContiguousTradeIds: false);
    }

    /// <summary>True for data made up by the simulator (<c>coinbase-sim</c>).</summary>
    public static bool IsSimulated(string source) => source.EndsWith("-sim", StringComparison.Ordinal);

    /// <summary>True for data played back from a capture (<c>binance-replay</c>).</summary>
    public static bool IsReplayed(string source) => source.EndsWith("-replay", StringComparison.Ordinal);
}
