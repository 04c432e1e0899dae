using CryptoAspire.Market;

namespace CryptoAspire.Producer.History.Import;

/// <summary>How long a file's candles are, where it does not say so itself: told by the distances between its first rows.</summary>
internal static class CandleLength
{
    private const int Enough = 5_000, Least = 2;
    private const long MinuteUs = 60_000_000;

    /// <summary>µs; zero when there are too few rows to tell.</summary>
    public static long Find(IHistoryRows sample)
    {
        var times = Times(sample);
        List<long> distances = [.. times.Zip(times.Skip(1), (a, b) => b - a)];
        if (distances.Count < Least) return 0;

        // 1. Most candles follow each other: what stands in between is wrong, and is refused row by row.
        var usual = distances.GroupBy(d => d).MaxBy(g => g.Count())!;
        if (usual.Count() * 2 > distances.Count) return usual.Key;

        // 2. Where most buckets are empty: what all distances are multiples of. A few odd seconds do not make minutes seconds.
        var length = distances.Aggregate(0L, Divisor);
        return length < MinuteUs && times.Count(t => t % MinuteUs == 0) * 10L > times.Count * 9L ? MinuteUs : length;
    }

    /// <summary>The interval of that length, if it is one that is kept.</summary>
    public static Interval? IntervalOf(long us) => Intervals.All.Where(i => i.Microseconds() == us).Cast<Interval?>().FirstOrDefault();

    private static SortedSet<long> Times(IHistoryRows sample)
    {
        var times = new SortedSet<long>();
        try
        {
            for (var rows = 0; rows < Enough && sample.Next(out var row); rows++)
                if (row.Bar is { } bar) times.Add(bar.StartUs);
        }
        catch (ImportException)
        {
            // The sample is cut off somewhere; what was read before is enough.
        }
        return times;
    }

    private static long Divisor(long a, long b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }
}
