using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;

namespace CryptoAspire.Storage.Tests;

internal static class Make
{
    /// <summary>A trade at a time of 2024-08-08 UTC.</summary>
    public static Trade Trade(long id, string time, decimal price = 100, decimal size = 1, string symbol = "BTC-USD", string source = "coinbase", Side side = Side.Buy) => new()
    {
        Symbol = Symbol.Parse(symbol),
        Source = source,
        TradeId = id,
        EventTimeUs = UnixMicroseconds.Of(DateTimeOffset.Parse($"2024-08-08T{time}Z", System.Globalization.CultureInfo.InvariantCulture)),
        Price = price,
        Size = size,
        Side = side,
    };

    public static byte[] Ticker(string time, decimal price, string symbol = "BTC-USD", string source = "coinbase", decimal? volume = null, decimal? bid = null, decimal? ask = null) =>
        BronzeWriter.ToUtf8(new Ticker
        {
            Symbol = Symbol.Parse(symbol),
            Source = source,
            EventTimeUs = UnixMicroseconds.Of(DateTimeOffset.Parse($"2024-08-08T{time}Z", System.Globalization.CultureInfo.InvariantCulture)),
            Price = price,
            Volume24h = volume,
            Bid = bid,
            Ask = ask,
        });

    /// <summary>Trades of several symbols at random times of a few hours, ids in order of arrival, event times not.</summary>
    public static List<Trade> Random(int count, int seed)
    {
        var random = new Random(seed);
        var ids = new Dictionary<(string, string), long>();
        return Enumerable.Range(0, count).Select(i =>
        {
            var symbol = new[] { "BTC-USD", "ETH-USD", "SOL-USD" }[random.Next(3)];
            var source = new[] { "coinbase", "binance" }[random.Next(2)];
            var id = ids[(symbol, source)] = ids.GetValueOrDefault((symbol, source), 10) + 1;
            var time = TimeSpan.FromMicroseconds(i * 10_000_000_000L / count + random.Next(30_000_000));
            return Trade(id, time.ToString(@"hh\:mm\:ss\.ffffff"), 100 + random.Next(100_000) / 100m, (1 + random.Next(1_000_000)) / 1_000_000m, symbol, source, (Side)random.Next(2));
        }).ToList();
    }
}
