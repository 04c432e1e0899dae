using System.Globalization;
using System.Text;

namespace CryptoAspire.ServiceDefaults.Metrics;

/// <summary>One metric name with its series. Instruments of the same name from several meters share it.</summary>
internal sealed class MetricFamily(string name, string? help, MetricKind kind, bool observed, double[] bounds)
{
    /// <summary>
    /// Label sets a family may hold; measurements of further ones go to a single series with the label
    /// <c>otel_metric_overflow="true"</c>, so that a careless label can neither fill the memory nor drown the scraper.
    /// </summary>
    public const int MaxSeries = 1000;

    private static readonly KeyValuePair<string, object?>[] Overflow = [new("otel.metric.overflow", "true")];

    private readonly Lock _gate = new();
    private readonly Dictionary<int, List<(KeyValuePair<string, object?>[] Tags, MetricSeries Series)>> _byHash = [];
    private readonly List<MetricSeries> _series = [];

    public MetricKind Kind => kind;

    public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate) Series(tags).Value += value;
    }

    public void Set(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate) Series(tags).Value = value;
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (double.IsNaN(value)) return;
        int bucket = Array.BinarySearch(bounds, value);
        lock (_gate)
        {
            var series = Series(tags);
            series.Value += value;
            series.Count++;
            series.BucketCounts[bucket < 0 ? ~bucket : bucket]++;
        }
    }

    /// <summary>Forgets what observable instruments said last time: what they no longer report is gone.</summary>
    public void BeginObservation()
    {
        if (!observed) return;
        lock (_gate)
        {
            _byHash.Clear();
            _series.Clear();
        }
    }

    public void WriteTo(StringBuilder text)
    {
        lock (_gate)
        {
            if (_series.Count == 0) return;
            if (!string.IsNullOrWhiteSpace(help))
                text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(kind switch { MetricKind.Counter => "counter", MetricKind.Gauge => "gauge", _ => "histogram" }).Append('\n');
            foreach (var series in _series)
            {
                if (kind == MetricKind.Histogram) WriteHistogram(text, series);
                else WriteSample(text, name, series.Labels, series.Value);
            }
        }
    }

    private void WriteHistogram(StringBuilder text, MetricSeries series)
    {
        string prefix = series.Labels.Length == 0 ? "" : series.Labels + ",";
        long cumulated = 0;
        for (int i = 0; i < bounds.Length; i++)
        {
            cumulated += series.BucketCounts[i];
            WriteSample(text, name + "_bucket", $"{prefix}le=\"{Number(bounds[i])}\"", cumulated);
        }
        WriteSample(text, name + "_bucket", prefix + "le=\"+Inf\"", series.Count);
        WriteSample(text, name + "_sum", series.Labels, series.Value);
        WriteSample(text, name + "_count", series.Labels, series.Count);
    }

    private static void WriteSample(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private MetricSeries Series(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        int hash = Hash(tags);
        if (_byHash.TryGetValue(hash, out var candidates))
        {
            foreach (var (known, found) in candidates)
                if (SameTags(known, tags)) return found;
        }
        var own = tags.ToArray();
        // The same labels in another order are one series to Prometheus.
        string labels = LabelsOf(own);
        var series = _series.Find(known => known.Labels == labels);
        if (series is null)
        {
            if (_series.Count >= MaxSeries && !SameTags(Overflow, tags)) return Series(Overflow);
            series = new MetricSeries(labels, kind == MetricKind.Histogram ? bounds.Length + 1 : 0);
            _series.Add(series);
        }
        if (candidates is null) _byHash[hash] = candidates = [];
        candidates.Add((own, series));
        return series;
    }

    private static int Hash(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = new HashCode();
        foreach (var (key, value) in tags)
        {
            hash.Add(key);
            hash.Add(value);
        }
        return hash.ToHashCode();
    }

    private static bool SameTags(KeyValuePair<string, object?>[] known, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (known.Length != tags.Length) return false;
        for (int i = 0; i < known.Length; i++)
            if (known[i].Key != tags[i].Key || !Equals(known[i].Value, tags[i].Value)) return false;
        return true;
    }

    private static string LabelsOf(KeyValuePair<string, object?>[] tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            string text = value switch { null => "", bool flag => flag ? "true" : "false", _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "" };
            // Two keys that become one label: the specification joins their values.
            string label = PrometheusName.Label(key);
            labels[label] = labels.TryGetValue(label, out string? first) ? $"{first};{text}" : text;
        }
        return string.Join(',', labels.Select(label => $"{label.Key}=\"{Escape(label.Value)}\""));
    }

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
