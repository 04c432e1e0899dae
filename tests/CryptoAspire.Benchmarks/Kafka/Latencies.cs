using System.Diagnostics;

namespace CryptoAspire.Benchmarks.Kafka;

/// <summary>Latencies of one run in Stopwatch ticks, kept whole, so that the percentiles are exact.</summary>
internal sealed class Latencies(int capacity)
{
    private readonly long[] _ticks = new long[capacity];
    private int _count;

    public int Count => _count;

    public void Add(long ticks)
    {
        if (_count < _ticks.Length) _ticks[_count++] = ticks;
    }

    /// <summary>Percentiles in milliseconds: p50, p99, p99.9 and the maximum.</summary>
    public (double P50, double P99, double P999, double Max) Milliseconds()
    {
        Array.Sort(_ticks, 0, _count);
        double At(double q) => _ticks[Math.Min(_count - 1, (int)Math.Ceiling(q * _count) - 1)] * 1000.0 / Stopwatch.Frequency;
        return (At(0.50), At(0.99), At(0.999), At(1.0));
    }
}
