using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.Market.Tests;

public class CandleDeltaTests
{
    [Fact]
    public void Merge_is_associative() => Prop.ForAll(Generate.Trades, Generate.Trades, Generate.Trades, (a, b, c) =>
    {
        var left = Merged(Merged(Generate.Fold(a), Generate.Fold(b)), Generate.Fold(c));
        var right = Merged(Generate.Fold(a), Merged(Generate.Fold(b), Generate.Fold(c)));
        return Same(left, right);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Merge_is_commutative() => Prop.ForAll(Generate.Trades, Generate.Trades, (a, b) =>
        Same(Merged(Generate.Fold(a), Generate.Fold(b)), Merged(Generate.Fold(b), Generate.Fold(a)))).QuickCheckThrowOnFailure();

    [Fact]
    public void The_empty_delta_changes_nothing() => Prop.ForAll(Generate.Trades, trades =>
        Same(Merged(default, Generate.Fold(trades)), Generate.Fold(trades)) && Same(Merged(Generate.Fold(trades), default), Generate.Fold(trades))).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_split_and_order_of_the_trades_folds_to_the_same_candles() => Prop.ForAll(Generate.Trades, ArbMap.Default.ArbFor<int>(), (trades, seed) =>
    {
        var random = new Random(seed);
        var distinct = trades.DistinctBy(trade => (trade.Symbol, trade.Source, trade.TradeId)).ToArray();
        var expected = Candles([distinct]);
        random.Shuffle(distinct);
        var actual = Candles(distinct.Chunk(1 + random.Next(7)));
        return expected.Count == actual.Count && expected.All(pair => Same(pair.Value, actual[pair.Key]));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_fold_is_what_sorting_the_trades_gives() => Prop.ForAll(Generate.Trades, trades =>
    {
        var distinct = trades.DistinctBy(trade => (trade.Source, trade.TradeId)).ToList();
        if (distinct.Count == 0)
            return true;
        var sorted = distinct.OrderBy(t => t.EventTimeUs).ThenBy(t => t.Source, StringComparer.Ordinal).ThenBy(t => t.TradeId).ToList();
        var delta = Generate.Fold(distinct);
        return delta.Open.Price == sorted[0].Price && delta.Close.Price == sorted[^1].Price
            && delta.High == distinct.Max(t => t.Price) && delta.Low == distinct.Min(t => t.Price)
            && delta.Volume == distinct.Sum(t => t.Size) && delta.Notional == distinct.Sum(t => t.Price * t.Size)
            && delta.BuyVolume == distinct.Where(t => t.Side == Side.Buy).Sum(t => t.Size)
            && delta.PriceSum == distinct.Sum(t => t.Price) && delta.TradeCount == distinct.Count;
    }).QuickCheckThrowOnFailure();

    private static CandleDelta Merged(CandleDelta a, CandleDelta b)
    {
        a.Merge(b);
        return a;
    }

    // Equal points are of one trade in life; random trades may repeat a place with another price, which no law speaks about.
    private static bool Same(CandleDelta a, CandleDelta b) => Comparable(a) == Comparable(b);

    private static (TradePoint Open, TradePoint Close, decimal High, decimal Low, (decimal, decimal, decimal, decimal, decimal, long) Sums) Comparable(CandleDelta d) =>
        (d.Open with { Price = 0 }, d.Close with { Price = 0 }, d.High, d.Low, (d.Volume, d.Notional, d.BuyVolume, d.PriceSum, d.PriceSquareSum, d.TradeCount));

    private static Dictionary<CandleKey, CandleDelta> Candles(IEnumerable<Trade[]> batches)
    {
        var total = new Dictionary<CandleKey, CandleDelta>();
        foreach (var batch in batches)
        {
            var fold = new CandleFold();
            foreach (var trade in batch)
                fold.Add(trade);
            foreach (var (key, delta) in fold.ToCandles())
                total[key] = Merged(total.GetValueOrDefault(key), delta);
        }

        return total;
    }
}
