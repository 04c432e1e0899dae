namespace CryptoAspire.LocalKafka.Telemetry;

/// <summary>Counts durations in buckets, in the form that Prometheus wants.</summary>
internal sealed class DurationHistogram
{
    /// <summary>Upper bounds in seconds.</summary>
    public static readonly double[] Bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    private readonly long[] _counts = new long[Bounds.Length + 1];
    private long _ticks;

    public void Record(TimeSpan duration)
    {
        var seconds = duration.TotalSeconds;
        var bucket = 0;
        while (bucket < Bounds.Length && seconds > Bounds[bucket])
            bucket++;
        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _ticks, duration.Ticks);
    }

    public double SumSeconds => TimeSpan.FromTicks(Volatile.Read(ref _ticks)).TotalSeconds;

    /// <summary>Counts by bucket; the last one is beyond the last bound.</summary>
    public long[] Snapshot() => [.. _counts.Select((_, i) => Volatile.Read(ref _counts[i]))];
}
