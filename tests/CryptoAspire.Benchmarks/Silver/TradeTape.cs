using CryptoAspire.Market;

namespace CryptoAspire.Benchmarks.Silver;

/// <summary>
/// Made-up trades of so many symbols at two venues, the same for the same arguments: contiguous ids a feed, prices that walk, event times
/// that come a little out of order.
/// </summary>
/// <param name="symbols">How many symbols.</param>
/// <param name="startUs">The first event's time, Unix microseconds.</param>
/// <param name="perSecond">Trades in a second of event time, all symbols together.</param>
internal sealed class TradeTape(int symbols, long startUs, int perSecond)
{
    private static readonly string[] Coins = ["BTC", "ETH", "SOL", "ADA", "DOGE"];
    private static readonly string[] Sources = ["coinbase-sim", "binance-sim"];

    private readonly Symbol[] _symbols = [.. Enumerable.Range(0, symbols).Select(i => Symbol.Parse($"{(i < Coins.Length ? Coins[i] : $"C{i}")}-USD"))];
    private readonly long[] _ids = [.. Enumerable.Repeat(1_000_000L, 2 * symbols)];
    private readonly long[] _cents = [.. Enumerable.Range(0, symbols).Select(i => 6_000_000L / (1 + i) + 100)];
    private readonly Random _random = new(11);

    /// <summary>How many were taken.</summary>
    public long Count { get; private set; }

    public IReadOnlyList<Symbol> Symbols => _symbols;

    /// <summary>The next trade in order of arrival.</summary>
    public Trade Next()
    {
        var symbol = _random.Next(symbols);
        var venue = _random.Next(2);
        _cents[symbol] = Math.Max(100, _cents[symbol] + _random.Next(-50, 51));
        var receivedUs = startUs + Count++ * 1_000_000 / perSecond;
        return new Trade
        {
            Symbol = _symbols[symbol],
            Source = Sources[venue],
            TradeId = ++_ids[2 * symbol + venue],
            EventTimeUs = receivedUs - _random.Next(1_000, 300_000),
            ReceivedUs = receivedUs,
            Price = new decimal((int)_cents[symbol], 0, 0, false, 2),
            Size = new decimal(1 + _random.Next(100_000_000), 0, 0, false, 8),
            Side = _random.Next(2) == 0 ? Side.Buy : Side.Sell,
            Iteration = Count,
        };
    }
}
