using CryptoAspire.Market;

namespace CryptoAspire.StreamProcessor.Tests;

/// <summary>Made-up trades with believable ids and times.</summary>
internal sealed class TradeStream(int seed)
{
    private static readonly string[] Symbols = ["BTC-USD", "ETH-USD", "SOL-USD", "ADA-USD", "DOGE-USD"];
    private static readonly string[] Sources = ["coinbase-sim", "binance-sim"];

    private readonly Random _random = new(seed);
    private readonly Dictionary<(string, string), long> _ids = [];
    private long _timeUs = UnixMicroseconds.Of(new DateTimeOffset(2024, 8, 8, 23, 50, 0, TimeSpan.Zero));

    /// <summary>How many there were.</summary>
    public int Count { get; private set; }

    public Trade Next()
    {
        Count++;
        var symbol = Symbols[_random.Next(Symbols.Length)];
        var source = Sources[_random.Next(Sources.Length)];
        _timeUs += _random.Next(20_000);
        return new Trade
        {
            Symbol = Symbol.Parse(symbol),
            Source = source,
            TradeId = _ids[(symbol, source)] = _ids.GetValueOrDefault((symbol, source), 1000) + 1,
            EventTimeUs = _timeUs - _random.Next(3_000_000),
            ReceivedUs = _timeUs,
            Price = 1000 + _random.Next(1_000_000) / 100m,
            Size = (1 + _random.Next(1_000_000)) / 100_000m,
            Side = _random.Next(2) == 0 ? Side.Buy : Side.Sell,
        };
    }
}
