using System.Runtime.InteropServices;

namespace CryptoAspire.Market;

/// <summary>
/// Folds trades into the deltas of every candle that they touch: each interval, at their own venue and at <see cref="Venue.All"/>.
/// Trades are folded into their venue's minutes only; the longer candles are merged from these at the end, which the merge law allows.
/// </summary>
public sealed class CandleFold
{
    private readonly Dictionary<CandleKey, CandleDelta> _minutes = [];

    public void Add(in Trade trade)
    {
        var key = new CandleKey(trade.Symbol.Name, trade.Source, Interval.OneMinute, Interval.OneMinute.StartOf(trade.EventTimeUs));
        CollectionsMarshal.GetValueRefOrAddDefault(_minutes, key, out _).Add(trade);
    }

    /// <summary>The deltas of all intervals and of all venues together.</summary>
    public Dictionary<CandleKey, CandleDelta> ToCandles()
    {
        var candles = new Dictionary<CandleKey, CandleDelta>(_minutes.Count * 4);
        foreach (var (minute, delta) in _minutes)
        {
            foreach (var interval in Intervals.All)
            {
                var start = interval.StartOf(minute.StartUs);
                CollectionsMarshal.GetValueRefOrAddDefault(candles, new CandleKey(minute.Symbol, minute.Venue, interval, start), out _).Merge(delta);
                CollectionsMarshal.GetValueRefOrAddDefault(candles, new CandleKey(minute.Symbol, Venue.All, interval, start), out _).Merge(delta);
            }
        }

        return candles;
    }
}
