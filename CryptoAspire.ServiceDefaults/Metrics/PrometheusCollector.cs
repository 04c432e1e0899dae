using System.Diagnostics.Metrics;
using System.Text;
using CryptoAspire.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CryptoAspire.ServiceDefaults.Metrics;

/// <summary>
/// Listens to this process's meters from start to stop and writes them in Prometheus' text format 0.0.4. Which meters:
/// <see cref="TelemetrySources"/>. Names, units, overflow: OpenTelemetry's Prometheus compatibility specification.
/// </summary>
internal sealed class PrometheusCollector : IHostedService, IDisposable
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    // OpenTelemetry's default bounds, for durations in seconds and for everything else.
    private static readonly double[] SecondBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    private static readonly double[] OtherBounds = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly Lock _scrape = new();
    private readonly TelemetryExclusions _exclusions;

    public PrometheusCollector(IConfiguration configuration, IHostEnvironment environment, IOptions<TelemetryExclusions> exclusions)
    {
        _exclusions = exclusions.Value;
        var target = new MetricFamily("target_info", "What this process is.", MetricKind.Gauge, observed: false, []);
        target.Set(1, [new("service.name", configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } name ? name : environment.ApplicationName)]);
        _families["target_info"] = target;

        _listener.InstrumentPublished = Published;
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Measured(value, tags, state));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => Measured(value, tags, state));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => Measured((double)value, tags, state));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Measured(value, tags, state));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Measured(value, tags, state));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => Measured(value, tags, state));
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => Measured(value, tags, state));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    /// <summary>All metrics now.</summary>
    public string Collect()
    {
        lock (_scrape)
        {
            MetricFamily[] families;
            lock (_gate) families = [.. _families.Values];
            foreach (var family in families) family.BeginObservation();
            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException)
            {
                // One instrument's callback failed; the others have been asked all the same.
            }
            var text = new StringBuilder(16 * 1024);
            lock (_gate) families = [.. _families.Values];
            foreach (var family in families) family.WriteTo(text);
            return text.ToString();
        }
    }

    public IResult ToResult() => Results.Text(Collect(), ContentType, Encoding.UTF8);

    private void Published(Instrument instrument, MeterListener listener)
    {
        if (!TelemetrySources.IsMeter(instrument.Meter.Name) || _exclusions.IsExcluded(instrument.Meter.Name)) return;
        var type = instrument.GetType().GetGenericTypeDefinition();
        var kind = type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : type == typeof(Histogram<>) ? MetricKind.Histogram
            : MetricKind.Gauge;
        string name = PrometheusName.Of(instrument.Name, instrument.Unit, kind);
        MetricFamily? family;
        lock (_gate)
        {
            if (!_families.TryGetValue(name, out family))
            {
                family = new MetricFamily(name, instrument.Description, kind, instrument.IsObservable, kind == MetricKind.Histogram ? BoundsOf(instrument) : []);
                _families.Add(name, family);
            }
        }
        // Prometheus knows one type a name: the first instrument of that name keeps it.
        if (family.Kind == kind) listener.EnableMeasurementEvents(instrument, new Target(family, Sets: instrument.IsObservable || type == typeof(Gauge<>)));
    }

    private static void Measured(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var (family, sets) = (Target)state!;
        if (family.Kind == MetricKind.Histogram) family.Record(value, tags);
        else if (sets) family.Set(value, tags);
        else family.Add(value, tags);
    }

    private static double[] BoundsOf(Instrument instrument) => Advised(instrument) is { Count: > 0 } advised
        ? [.. advised]
        : instrument.Unit == "s" ? SecondBounds : OtherBounds;

    private static IReadOnlyList<double>? Advised(Instrument instrument) => instrument switch
    {
        Histogram<double> histogram => histogram.Advice?.HistogramBucketBoundaries,
        Histogram<float> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToArray(),
        Histogram<long> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToArray(),
        Histogram<int> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToArray(),
        _ => null
    };

    /// <summary>Where an instrument's measurements go, and whether one replaces or adds to the last.</summary>
    private sealed record Target(MetricFamily Family, bool Sets);
}
