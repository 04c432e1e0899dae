using CryptoAspire.Dashboard.Hubs;
using CryptoAspire.Market;

namespace CryptoAspire.Dashboard.Live;

/// <summary>The watched candles of one symbol and interval, all venues together: conflated to the newest revision of each bar.</summary>
public sealed class CandleStream(string symbol, Interval interval)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<DateTimeOffset, Candle> _pending = [];
    private readonly Dictionary<DateTimeOffset, long> _sent = [];

    public string Symbol => symbol;

    public Interval Interval => interval;

    public HubChannel Channel { get; } = new($"candles:{symbol}:{interval.Name()}");

    /// <summary>Takes an announced or re-read candle; a revision that was already sent is dropped.</summary>
    public void Apply(Candle candle)
    {
        lock (_lock)
        {
            if (_sent.TryGetValue(candle.Start, out var sent) && sent >= candle.Revision)
                return;
            if (!_pending.TryGetValue(candle.Start, out var waiting) || waiting.Revision < candle.Revision)
                _pending[candle.Start] = candle;
        }
    }

    public void Flush() => Channel.Publish(() =>
    {
        lock (_lock)
        {
            if (_pending.Count == 0)
                return null;
            var update = new CandleUpdate([.. _pending.Values.Select(CandleBar.Of)]);

            // Only the newest bars are re-read by the reconciler, so only their revisions need remembering.
            if (_sent.Count > 64)
                _sent.Clear();
            foreach (var (start, candle) in _pending)
                _sent[start] = candle.Revision;
            _pending.Clear();
            return update;
        }
    });
}
