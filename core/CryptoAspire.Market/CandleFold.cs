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
    private readonly Dictionary<CandleKey, CandleDelta> _candles = [];
    private Dictionary<CandleKey, CandleDelta> _level = [];
    private Dictionary<CandleKey, CandleDelta> _longer = [];

    /// <summary>Begins anew.</summary>
    public void Clear() => _minutes.Clear();

    public void Add(in Trade trade)
    {
        var key = new CandleKey(trade.Symbol.Name, trade.Source, Interval.OneMinute, Interval.OneMinute.StartOf(trade.EventTimeUs));
        CollectionsMarshal.GetValueRefOrAddDefault(_minutes, key, out _).Add(trade);
    }

    /// <summary>The deltas of all intervals and of all venues together; the same dictionary at each call, so that a fold that is used again allocates nothing.</summary>
    public IReadOnlyDictionary<CandleKey, CandleDelta> ToCandles()
    {
        _candles.Clear();
        _level.Clear();
        foreach (var (minute, delta) in _minutes)
        {
            Merge(_level, minute, delta);
            Merge(_level, minute with { Venue = Venue.All }, delta);
        }

        foreach (var interval in Intervals.All)
        {
            if (interval != Interval.OneMinute)
                Lengthen(interval);
            foreach (var (key, delta) in _level)
                _candles.Add(key, delta);
        }

        return _candles;
    }

    // Each longer interval from the one before.
    private void Lengthen(Interval interval)
    {
        _longer.Clear();
        foreach (var (key, delta) in _level)
            Merge(_longer, key with { Interval = interval, StartUs = interval.StartOf(key.StartUs) }, delta);
        (_level, _longer) = (_longer, _level);
    }

    private static void Merge(Dictionary<CandleKey, CandleDelta> candles, in CandleKey key, in CandleDelta delta) =>
        CollectionsMarshal.GetValueRefOrAddDefault(candles, key, out _).Merge(delta);
}
