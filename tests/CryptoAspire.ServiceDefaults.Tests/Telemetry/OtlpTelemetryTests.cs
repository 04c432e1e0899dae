using System.Diagnostics;
using System.Diagnostics.Metrics;
using CryptoAspire.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace CryptoAspire.ServiceDefaults.Tests.Telemetry;

public sealed class OtlpTelemetryTests
{
    private static readonly ActivitySource Own = new("CryptoAspire.Tests.Otlp");

    [Fact]
    public async Task Logs_metrics_and_traces_arrive_with_the_services_resource()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var meter = new Meter("CryptoAspire.Tests.Otlp");
        await using (var service = await Service.StartAsync(Settings(receiver), map: app =>
        {
            app.MapGet("/work/{id}", async (int id, ILogger<OtlpTelemetryTests> logger, IHttpClientFactory http) =>
            {
                logger.LogWarning("Worked on {Item}", id);
                using var activity = Own.StartActivity("own step");
                await http.CreateClient().GetStringAsync(app.Urls.Single() + "/inner");
            });
            app.MapGet("/inner", () => "inner");
        }))
        {
            meter.CreateCounter<long>("test.otlp.items").Add(3);
            for (int i = 0; i < 3; i++) await service.Client.GetStringAsync("/health");
            (await service.Client.GetAsync("/work/7")).EnsureSuccessStatusCode();

            await Eventually.True(() => receiver.Has("logs", "Worked on {Item}", "Worked on 7", "priced-service"));
            await Eventually.True(() => receiver.Has("metrics", "test.otlp.items", "priced-service"));
            await Eventually.True(() => receiver.Has("metrics", "http.server.request.duration", "dotnet.process.memory.working_set"));
            await Eventually.True(() => receiver.Has("traces", "own step"));
            await Eventually.True(() => receiver.Has("traces", "GET /work/{id}", "http.route", "url.path", "/work/7"));
        }
        // The providers flush at the end, so everything has arrived now.
        Assert.True(receiver.Has("traces", "service.name", "priced-service", "deployment.environment", "test-bench"));
        Assert.True(receiver.Has("traces", "System.Net.Http"));
        Assert.True(receiver.Has("traces", "GET /inner"));
        Assert.False(receiver.Has("traces", "GET /health"), "polls of the health endpoint must not fill the traces");
    }

    [Fact]
    public async Task Nothing_is_exported_without_an_endpoint()
    {
        await using var service = await Service.StartAsync();
        Assert.Null(service.Services.GetService<TracerProvider>());
    }

    private static Dictionary<string, string?> Settings(OtlpReceiver receiver) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_SERVICE_NAME"] = "priced-service",
        ["OTEL_RESOURCE_ATTRIBUTES"] = "service.instance.id=one,deployment.environment=test-bench",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "200"
    };
}
