using System.Globalization;
using System.Text;

namespace CryptoAspire.LocalKafka.Telemetry;

/// <summary>The counters in Prometheus' text format 0.0.4.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(BrokerMetrics m)
    {
        var text = new StringBuilder();
        Counter(text, "localkafka_network_in_bytes_total", "Request bytes received.", m.BytesIn.Value);
        Counter(text, "localkafka_network_out_bytes_total", "Response bytes sent.", m.BytesOut.Value);
        Counter(text, "localkafka_records_appended_total", "Records appended.", m.RecordsIn());
        Counter(text, "localkafka_log_appended_bytes_total", "Record bytes appended.", m.RecordBytesIn());
        Counter(text, "localkafka_log_fetched_bytes_total", "Record bytes handed to consumers.", m.RecordBytesOut.Value);
        Counter(text, "localkafka_connections_accepted_total", "Connections accepted.", m.ConnectionsAccepted.Value);
        Counter(text, "localkafka_connections_dropped_total", "Connections dropped for silence or not reading.", m.ConnectionsDropped.Value);
        Counter(text, "localkafka_protocol_errors_total", "Connections closed for bytes that are no request.", m.ProtocolErrors.Value);
        Counter(text, "localkafka_faults_total", "Requests that failed by a fault of the broker.", m.Faults.Value);
        Gauge(text, "localkafka_connections", "Open connections.", m.Connections());
        Gauge(text, "localkafka_topics", "Topics.", m.Topics());
        Gauge(text, "localkafka_partitions", "Partitions.", m.Partitions());
        Gauge(text, "localkafka_groups", "Consumer groups known.", m.Groups());
        Gauge(text, "localkafka_log_size_bytes", "Bytes of all logs.", m.LogBytes());
        Gauge(text, "localkafka_frame_memory_bytes", "Memory of requests in receipt.", m.FrameBytes());

        Head(text, "localkafka_requests_total", "Requests answered.", "counter");
        foreach (var (key, count, _) in m.Requests())
            text.Append(CultureInfo.InvariantCulture, $"localkafka_requests_total{{api=\"{key}\"}} {count}\n");
        Head(text, "localkafka_errors_total", "Errors told to clients.", "counter");
        foreach (var (code, count) in m.Errors())
            text.Append(CultureInfo.InvariantCulture, $"localkafka_errors_total{{error=\"{code}\"}} {count}\n");

        Head(text, "localkafka_request_duration_seconds", "Time to answer a request, waiting included.", "histogram");
        foreach (var (key, _, times) in m.Requests())
            Histogram(text, "localkafka_request_duration_seconds", $"api=\"{key}\",", times);
        Head(text, "localkafka_fsync_duration_seconds", "Time of an fsync.", "histogram");
        Histogram(text, "localkafka_fsync_duration_seconds", "", m.FsyncTime);
        return text.ToString();
    }

    private static void Counter(StringBuilder text, string name, string help, long value)
    {
        Head(text, name, help, "counter");
        text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
    }

    private static void Gauge(StringBuilder text, string name, string help, long value)
    {
        Head(text, name, help, "gauge");
        text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
    }

    private static void Head(StringBuilder text, string name, string help, string type) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Histogram(StringBuilder text, string name, string labels, DurationHistogram histogram)
    {
        var counts = histogram.Snapshot();
        var total = 0L;
        for (var i = 0; i < DurationHistogram.Bounds.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels}le=\"{DurationHistogram.Bounds[i]}\"}} {total += counts[i]}\n");
        total += counts[^1];
        var tail = labels.Length == 0 ? "" : $"{{{labels.TrimEnd(',')}}}";
        text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels}le=\"+Inf\"}} {total}\n{name}_sum{tail} {histogram.SumSeconds}\n{name}_count{tail} {total}\n");
    }
}
