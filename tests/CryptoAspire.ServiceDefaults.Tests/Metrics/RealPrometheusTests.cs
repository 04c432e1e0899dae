using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using CryptoAspire.Testing;
using Microsoft.AspNetCore.Builder;

namespace CryptoAspire.ServiceDefaults.Tests.Metrics;

/// <summary>Debian's Prometheus and its linter judge what we write.</summary>
public sealed class RealPrometheusTests
{
    [Fact]
    public async Task Prometheus_scrapes_a_service_without_error_and_answers_a_query_on_it()
    {
        using var meter = new Meter("CryptoAspire.Tests." + nameof(RealPrometheusTests));
        await using var service = await Service.StartAsync(map: app => app.MapGet("/work", () => "done"));
        meter.CreateCounter<long>("test.prometheus.trades", "{trade}", "Trades \\ of a \"test\".\nSecond line.").Add(42, new KeyValuePair<string, object?>("venue", "a\\b\"c\nd"));
        meter.CreateHistogram<double>("test.prometheus.latency", "s", "Latency.").Record(0.3);
        meter.CreateObservableGauge("test.prometheus.age", () => 1.5, "s", "Age.");
        for (int i = 0; i < 5; i++) await service.Client.GetStringAsync("/work");

        using var directory = new TemporaryDirectory("prometheus");
        int port = FreePort.Next();
        await File.WriteAllTextAsync(directory["prometheus.yml"], $"""
            global:
              scrape_interval: 1s
              scrape_timeout: 1s
            scrape_configs:
              - job_name: service
                static_configs:
                  - targets: ['{service.Client.BaseAddress!.Authority}']
            """);
        await using var prometheus = ChildProcess.Start("prometheus",
        [
            "--config.file=" + directory["prometheus.yml"], "--storage.tsdb.path=" + directory["data"],
            string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}")
        ]);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/") };

        var target = await Eventually.Value(async () => await GetAsync(client, "targets") is { } targets
                ? targets.GetProperty("activeTargets").EnumerateArray().FirstOrDefault() : default,
            target => target.ValueKind == JsonValueKind.Object && target.GetProperty("health").GetString() == "up", TimeSpan.FromSeconds(60));
        Assert.Equal("", target.GetProperty("lastError").GetString());

        Assert.Equal("42", await SampleAsync(client, "test_prometheus_trades_total{venue=\"a\\\\b\\\"c\\nd\"}"));
        Assert.Equal("1", await SampleAsync(client, "test_prometheus_latency_seconds_bucket{le=\"0.5\"}"));
        Assert.Equal("0", await SampleAsync(client, "test_prometheus_latency_seconds_bucket{le=\"0.25\"}"));
        Assert.Equal("1.5", await SampleAsync(client, "test_prometheus_age_seconds"));
        Assert.Equal("5", await SampleAsync(client, "http_server_request_duration_seconds_count{http_route=\"/work\"}"));
        Assert.NotEqual("0", await SampleAsync(client, "dotnet_process_memory_working_set_bytes"));
        Assert.Equal("1", await SampleAsync(client, "target_info{service_name=\"CryptoAspire.ServiceDefaults.Tests\"}"));
    }

    [Fact]
    public async Task Linter_accepts_the_text()
    {
        await using var service = await Service.StartAsync(map: app => app.MapGet("/work", () => "done"));
        await service.Client.GetStringAsync("/work");
        using var response = await service.Client.GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        using var directory = new TemporaryDirectory("promtool");
        await File.WriteAllTextAsync(directory["metrics.txt"], await response.Content.ReadAsStringAsync());

        var (_, output) = await ChildProcess.RunAsync("sh", ["-c", "promtool check metrics < metrics.txt; echo exit $?"], TimeSpan.FromSeconds(30), workingDirectory: directory.Path);

        // Exit 3 is advice on names, which are the runtime's and not ours to choose; anything it cannot parse is exit 1.
        Assert.Matches("exit (0|3)$", output);
        Assert.DoesNotContain("error while linting", output, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<string> SampleAsync(HttpClient client, string query) => await Eventually.Value(
        async () => await GetAsync(client, "query?query=" + Uri.EscapeDataString(query)) is { } data && data.GetProperty("result").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } result
            ? result.GetProperty("value")[1].GetString() ?? "" : "",
        value => value.Length > 0);

    private static async Task<JsonElement?> GetAsync(HttpClient client, string path)
    {
        try
        {
            var root = JsonDocument.Parse(await client.GetStringAsync(path)).RootElement;
            return root.GetProperty("data");
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
