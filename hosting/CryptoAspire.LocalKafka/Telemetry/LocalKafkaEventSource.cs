using System.Diagnostics.Tracing;

namespace CryptoAspire.LocalKafka.Telemetry;

/// <summary>The counters for <c>dotnet-counters monitor --counters CryptoAspire-LocalKafka</c>.</summary>
internal sealed class LocalKafkaEventSource(BrokerMetrics metrics) : EventSource("CryptoAspire-LocalKafka")
{
    private readonly List<DiagnosticCounter> _counters = [];

    protected override void OnEventCommand(EventCommandEventArgs command)
    {
        if (command.Command != EventCommand.Enable || _counters.Count > 0)
            return;
        Rate("bytes-in", "Request bytes", "B", () => metrics.BytesIn.Value);
        Rate("bytes-out", "Response bytes", "B", () => metrics.BytesOut.Value);
        Rate("records-in", "Records appended", "records", () => metrics.RecordsIn());
        Rate("record-bytes-in", "Record bytes appended", "B", () => metrics.RecordBytesIn());
        Rate("record-bytes-out", "Record bytes fetched", "B", () => metrics.RecordBytesOut.Value);
        Rate("requests", "Requests", "requests", () => metrics.Requests().Sum(r => r.Count));
        Rate("errors", "Errors told to clients", "errors", () => metrics.Errors().Sum(e => e.Count));
        Rate("fsyncs", "Fsyncs", "fsyncs", () => metrics.FsyncTime.Snapshot().Sum());
        Rate("fsync-time", "Time in fsync", "ms", () => metrics.FsyncTime.SumSeconds * 1_000);
        Gauge("connections", "Open connections", () => metrics.Connections());
        Gauge("partitions", "Partitions", () => metrics.Partitions());
        Gauge("groups", "Groups", () => metrics.Groups());
        Gauge("log-size", "Log size (B)", () => metrics.LogBytes());
        Gauge("frame-memory", "Memory of requests in receipt (B)", () => metrics.FrameBytes());
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var counter in _counters)
            counter.Dispose();
        base.Dispose(disposing);
    }

    private void Rate(string name, string display, string unit, Func<double> total) =>
        _counters.Add(new IncrementingPollingCounter(name, this, total) { DisplayName = display, DisplayUnits = unit, DisplayRateTimeScale = TimeSpan.FromSeconds(1) });

    private void Gauge(string name, string display, Func<double> value) =>
        _counters.Add(new PollingCounter(name, this, value) { DisplayName = display });
}
