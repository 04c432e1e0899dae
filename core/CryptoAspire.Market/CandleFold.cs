using System.Runtime.InteropServices;

namespace CryptoAspire.Market;

/// <summary>
/// Folds trades into the deltas of every candle that they touch: each interval, at their own venue and at <see cref="Venue.All"/>.
/// Trades are folded into their venue's minutes only; each longer candle is merged from those of the next shorter interval, which the
/// merge law allows.
/// </summary>
public sealed class CandleFold
{
    private readonly Dictionary<CandleKey, CandleDelta> _minutes = [];

    /// <summary>Begins anew.</summary>
    public void Clear() => _minutes.Clear();

    public void Add(in Trade trade)
    {
        var key = new CandleKey(trade.Symbol.Name, trade.Source, Interval.OneMinute, Interval.OneMinute.StartOf(trade.EventTimeUs));
        CollectionsMarshal.GetValueRefOrAddDefault(_minutes, key, out _).Add(trade);
    }

    /// <summary>The deltas of all intervals and of all venues together.</summary>
    public Dictionary<CandleKey, CandleDelta> ToCandles()
    {
        var candles = new Dictionary<CandleKey, CandleDelta>(_minutes.Count * 4);
        var level = new Dictionary<CandleKey, CandleDelta>(_minutes.Count * 2);
        foreach (var (minute, delta) in _minutes)
        {
            Merge(level, minute, delta);
            Merge(level, minute with { Venue = Venue.All }, delta);
        }

        foreach (var interval in Intervals.All)
        {
            if (interval != Interval.OneMinute)
                level = Longer(level, interval);
            foreach (var (key, delta) in level)
                candles.Add(key, delta);
        }

        return candles;
    }

    private static Dictionary<CandleKey, CandleDelta> Longer(Dictionary<CandleKey, CandleDelta> shorter, Interval interval)
    {
        var longer = new Dictionary<CandleKey, CandleDelta>(shorter.Count);
        foreach (var (key, delta) in shorter)
            Merge(longer, key with { Interval = interval, StartUs = interval.StartOf(key.StartUs) }, delta);
        return longer;
    }

    private static void Merge(Dictionary<CandleKey, CandleDelta> candles, in CandleKey key, in CandleDelta delta) =>
        CollectionsMarshal.GetValueRefOrAddDefault(candles, key, out _).Merge(delta);
}
