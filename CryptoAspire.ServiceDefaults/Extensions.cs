using CryptoAspire.ServiceDefaults.Health;
using CryptoAspire.ServiceDefaults.Http;
using CryptoAspire.ServiceDefaults.Metrics;
using CryptoAspire.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// What every service starts with, under the names of Aspire's service-defaults template: telemetry, health, service
/// discovery and resilient HTTP clients.
/// </summary>
public static class Extensions
{
    private const string LiveTag = "live";

    /// <summary>First line of every service: logs, telemetry, health checks, discovery, HTTP resilience.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.ConfigureOpenTelemetry();
        builder.AddDefaultHealthChecks();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            // Resilience outside: each retry asks discovery again and so reaches the next instance.
            http.AddHttpResilience();
            http.AddServiceDiscovery();
        });
        return builder;
    }

    /// <summary>
    /// Single-line console logs with UTC time; metrics for <c>/metrics</c>; and, when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is
    /// set, logs, metrics and traces over OTLP with the resource of <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c>.
    /// </summary>
    public static TBuilder ConfigureOpenTelemetry<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<PrometheusCollector>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PrometheusCollector>());
        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) builder.AddOtlpTelemetry();
        return builder;
    }

    /// <summary>The check <c>self</c>, tagged <c>live</c>: the process answers.</summary>
    public static TBuilder AddDefaultHealthChecks<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        // A check that fails is told by /health, with its reason, to whoever polls it. In the log it would be an error a poll, and one at
        // every start, when what it waits for is still starting too.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService", LogLevel.Critical);
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);
        return builder;
    }

    /// <summary>
    /// <c>/health</c> (ready: every check), <c>/alive</c> (the checks tagged <c>live</c>) and <c>/metrics</c> (Prometheus text
    /// format), in every environment, without authentication. Both health endpoints answer JSON with each check's status and
    /// time, 200 when healthy or degraded and 503 when not.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = HealthReportWriter.WriteAsync }).AllowAnonymous().DisableHttpMetrics();
        app.MapHealthChecks("/alive", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(LiveTag),
            ResponseWriter = HealthReportWriter.WriteAsync
        }).AllowAnonymous().DisableHttpMetrics();
        app.MapGet("/metrics", static (PrometheusCollector collector) => collector.ToResult())
            .AllowAnonymous().DisableHttpMetrics().ExcludeFromDescription();
        return app;
    }
}
