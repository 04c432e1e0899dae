namespace CryptoAspire.Market;

/// <summary>
/// What a set of distinct trades adds to a candle. <see cref="Merge"/> is associative and commutative, so any split of the trades into
/// batches, in any order, folds to the same candle; each trade must be folded once (that is the fence's and feed_progress's work).
/// A mutable value: the hot loop folds in place.
/// The sums are exact while they fit decimal's 28 digits; squared prices need the most: ten-digit prices leave room for 10^8 trades.
/// </summary>
public record struct CandleDelta
{
    private CandleDelta(in Trade trade)
    {
        Open = Close = new TradePoint(trade.EventTimeUs, trade.Source, trade.TradeId, trade.Price);
        High = Low = PriceSum = trade.Price;
        PriceSquareSum = trade.Price * trade.Price;
        Volume = trade.Size;
        Notional = trade.Price * trade.Size;
        BuyVolume = trade.Side == Side.Buy ? trade.Size : 0;
        TradeCount = 1;
    }

    public TradePoint Open { get; private set; }

    public TradePoint Close { get; private set; }

    public decimal High { get; private set; }

    public decimal Low { get; private set; }

    /// <summary>Sum of sizes, base asset.</summary>
    public decimal Volume { get; private set; }

    /// <summary>Sum of price × size, quote asset.</summary>
    public decimal Notional { get; private set; }

    /// <summary>The part of the volume in which the buyer was the taker.</summary>
    public decimal BuyVolume { get; private set; }

    /// <summary>Sum of prices, for Gold's unweighted average.</summary>
    public decimal PriceSum { get; private set; }

    /// <summary>Sum of squared prices, for Gold's standard deviation.</summary>
    public decimal PriceSquareSum { get; private set; }

    /// <summary>Zero for the empty delta, which is the merge's neutral element.</summary>
    public long TradeCount { get; private set; }

    /// <summary>The delta of one trade.</summary>
    public static CandleDelta Of(in Trade trade) => new(trade);

    /// <summary>Folds one more trade in.</summary>
    public void Add(in Trade trade)
    {
        if (TradeCount == 0)
        {
            this = new CandleDelta(trade);
            return;
        }

        var point = new TradePoint(trade.EventTimeUs, trade.Source, trade.TradeId, trade.Price);
        if (point.IsBefore(Open))
            Open = point;
        if (Close.IsBefore(point))
            Close = point;
        if (trade.Price > High)
            High = trade.Price;
        if (trade.Price < Low)
            Low = trade.Price;
        Volume += trade.Size;
        Notional += trade.Price * trade.Size;
        if (trade.Side == Side.Buy)
            BuyVolume += trade.Size;
        PriceSum += trade.Price;
        PriceSquareSum += trade.Price * trade.Price;
        TradeCount++;
    }

    /// <summary>Folds the trades of another delta in; the two sets of trades must be disjoint.</summary>
    public void Merge(in CandleDelta other)
    {
        if (other.TradeCount == 0)
            return;
        if (TradeCount == 0)
        {
            this = other;
            return;
        }

        if (other.Open.IsBefore(Open))
            Open = other.Open;
        if (Close.IsBefore(other.Close))
            Close = other.Close;
        High = Math.Max(High, other.High);
        Low = Math.Min(Low, other.Low);
        Volume += other.Volume;
        Notional += other.Notional;
        BuyVolume += other.BuyVolume;
        PriceSum += other.PriceSum;
        PriceSquareSum += other.PriceSquareSum;
        TradeCount += other.TradeCount;
    }
}
