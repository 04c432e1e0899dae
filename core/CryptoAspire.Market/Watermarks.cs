using System.Runtime.InteropServices;

namespace CryptoAspire.Market;

/// <summary>
/// How far event time has come, for each source of a symbol and for all of its sources together. It only labels candles; it never drops a
/// trade. A source's mark is its newest event less two seconds; all sources' mark is the lowest of those that spoke in the last ten seconds.
/// </summary>
public sealed class Watermarks
{
    /// <summary>The mark of a source that has not spoken: nothing is settled.</summary>
    public const long None = long.MinValue;

    /// <summary>How late an event may be without being called late.</summary>
    public static readonly TimeSpan Lateness = TimeSpan.FromSeconds(2);

    /// <summary>A source silent for longer no longer holds back the others.</summary>
    public static readonly TimeSpan IdleAfter = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, Dictionary<string, Mark>> _symbols = [];

    /// <summary>Notes an event.</summary>
    /// <param name="symbol">Its canonical symbol.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="eventTimeUs">Its time, Unix microseconds.</param>
    /// <param name="nowUs">Our clock, Unix microseconds: when the source last spoke.</param>
    public void Observe(string symbol, string source, long eventTimeUs, long nowUs)
    {
        ref var sources = ref CollectionsMarshal.GetValueRefOrAddDefault(_symbols, symbol, out _);
        ref var mark = ref CollectionsMarshal.GetValueRefOrAddDefault(sources ??= [], source, out var known);
        mark = new Mark(known ? Math.Max(mark.NewestUs, eventTimeUs) : eventTimeUs, nowUs);
    }

    /// <summary>The watermark in Unix microseconds; <see cref="None"/> when nothing is known.</summary>
    /// <param name="symbol">A canonical symbol.</param>
    /// <param name="venue">A source, or <see cref="Venue.All"/>.</param>
    /// <param name="nowUs">Our clock, Unix microseconds.</param>
    public long Of(string symbol, string venue, long nowUs)
    {
        if (!_symbols.TryGetValue(symbol, out var sources))
            return None;
        if (venue != Venue.All)
            return sources.TryGetValue(venue, out var mark) ? mark.NewestUs - Microseconds(Lateness) : None;

        var lowest = long.MaxValue;
        foreach (var mark in sources.Values)
        {
            if (nowUs - mark.SpokeUs <= Microseconds(IdleAfter))
                lowest = Math.Min(lowest, mark.NewestUs);
        }

        return lowest == long.MaxValue ? None : lowest - Microseconds(Lateness);
    }

    /// <summary>Forgets everything: another owner may have moved on.</summary>
    public void Clear() => _symbols.Clear();

    private static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    private readonly record struct Mark(long NewestUs, long SpokeUs);
}
