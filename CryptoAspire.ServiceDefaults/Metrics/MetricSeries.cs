namespace CryptoAspire.ServiceDefaults.Metrics;

/// <summary>The values of one label set; guarded by its family's lock.</summary>
internal sealed class MetricSeries(string labels, int buckets)
{
    /// <summary><c>a="1",b="x"</c>, escaped, or empty.</summary>
    public string Labels => labels;

    /// <summary>Counter or gauge value, sum of a histogram.</summary>
    public double Value { get; set; }

    /// <summary>Measurements of a histogram.</summary>
    public long Count { get; set; }

    /// <summary>Measurements per bucket, not cumulated; the last is above every bound.</summary>
    public long[] BucketCounts { get; } = buckets == 0 ? [] : new long[buckets];
}
