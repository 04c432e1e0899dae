using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.CoinbaseAdvanced;

/// <summary>The candle of five minutes that a product's trades are making.</summary>
internal sealed class RunningCandle
{
    private const long LengthUs = 300_000_000;

    private RunningCandle(MarketTrade first)
    {
        Product = first.Instrument.Id;
        StartSeconds = first.TimeUs / LengthUs * (LengthUs / 1_000_000);
        Open = High = Low = Close = first.Price;
        Volume = first.Size;
    }

    public string Product { get; }

    public long StartSeconds { get; }

    public decimal Open { get; }

    public decimal High { get; private set; }

    public decimal Low { get; private set; }

    public decimal Close { get; private set; }

    public decimal Volume { get; private set; }

    /// <summary>The candle of the newest trade's bucket; null while the bucket had begun before the trades that are known.</summary>
    /// <param name="candle">That of the trade before.</param>
    /// <param name="isFirstOfBucket">Whether the trade is known to be its bucket's first.</param>
    public static RunningCandle? Add(RunningCandle? candle, MarketTrade trade, bool isFirstOfBucket)
    {
        var start = trade.TimeUs / LengthUs * (LengthUs / 1_000_000);
        if (candle is null || candle.StartSeconds != start) return isFirstOfBucket ? new RunningCandle(trade) : null;
        candle.High = Math.Max(candle.High, trade.Price);
        candle.Low = Math.Min(candle.Low, trade.Price);
        candle.Close = trade.Price;
        candle.Volume += trade.Size;
        return candle;
    }

    /// <summary>The bucket that the trade falls into, in five minutes since 1970.</summary>
    public static long BucketOf(MarketTrade trade) => trade.TimeUs / LengthUs;
}
