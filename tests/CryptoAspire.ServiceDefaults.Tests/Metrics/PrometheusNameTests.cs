using CryptoAspire.ServiceDefaults.Metrics;

namespace CryptoAspire.ServiceDefaults.Tests.Metrics;

public sealed class PrometheusNameTests
{
    [Theory]
    [InlineData("http.server.request.duration", "s", nameof(MetricKind.Histogram), "http_server_request_duration_seconds")]
    [InlineData("http.server.active_requests", "{request}", nameof(MetricKind.Gauge), "http_server_active_requests")]
    [InlineData("dotnet.gc.heap.total_allocated", "By", nameof(MetricKind.Counter), "dotnet_gc_heap_total_allocated_bytes_total")]
    [InlineData("requests_total", "", nameof(MetricKind.Counter), "requests_total")]
    [InlineData("sent_total", "By", nameof(MetricKind.Counter), "sent_bytes_total")]
    [InlineData("io_bytes_total", "By", nameof(MetricKind.Counter), "io_bytes_total")]
    [InlineData("cpu.load", "1", nameof(MetricKind.Gauge), "cpu_load_ratio")]
    [InlineData("disk.rate", "By/s", nameof(MetricKind.Gauge), "disk_rate_bytes_per_second")]
    [InlineData("disk.used", "%", nameof(MetricKind.Gauge), "disk_used_percent")]
    [InlineData("2nd.try--odd name", null, nameof(MetricKind.Gauge), "_2nd_try_odd_name")]
    [InlineData("lag.seconds", "s", nameof(MetricKind.Gauge), "lag_seconds")]
    public void Instrument_becomes_the_name_of_the_compatibility_specification(string instrument, string? unit, string kind, string expected) =>
        Assert.Equal(expected, PrometheusName.Of(instrument, unit, Enum.Parse<MetricKind>(kind)));
}
