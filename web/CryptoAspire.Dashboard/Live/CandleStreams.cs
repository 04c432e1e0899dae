using System.Collections.Concurrent;
using CryptoAspire.Market;

namespace CryptoAspire.Dashboard.Live;

/// <summary>The candle streams that somebody watches.</summary>
public sealed class CandleStreams
{
    private readonly ConcurrentDictionary<(string Symbol, Interval Interval), CandleStream> _streams = new();

    public IEnumerable<CandleStream> Watched => _streams.Values.Where(s => s.Channel.HasSubscribers);

    public CandleStream FindOrAdd(string symbol, Interval interval) =>
        _streams.GetOrAdd((symbol, interval), static key => new CandleStream(key.Symbol, key.Interval));

    /// <summary>Takes an announced candle; nobody watches most of them.</summary>
    public void Apply(Candle candle)
    {
        if (candle.Venue == Venue.All && _streams.TryGetValue((candle.Symbol, candle.Interval), out var stream) && stream.Channel.HasSubscribers)
            stream.Apply(candle);
    }

    public void Flush()
    {
        foreach (var stream in _streams.Values)
            stream.Flush();
    }
}
