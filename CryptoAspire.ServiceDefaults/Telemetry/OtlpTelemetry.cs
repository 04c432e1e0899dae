using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace CryptoAspire.ServiceDefaults.Telemetry;

/// <summary>Logs, metrics and traces over OTLP.</summary>
internal static class OtlpTelemetry
{
    public static void AddOtlpTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation()
                .AddMeter(TelemetrySources.Meters))
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(requests => requests.Filter = IsWork).AddHttpClientInstrumentation().AddNpgsql()
                .AddSource([.. TelemetrySources.Activities, builder.Environment.ApplicationName]))
            .UseOtlpExporter();
        builder.Services.ConfigureOpenTelemetryMeterProvider(static (services, metrics) =>
        {
            var exclusions = services.GetRequiredService<IOptions<TelemetryExclusions>>().Value;
            metrics.AddView(instrument => exclusions.IsExcluded(instrument.Meter.Name) ? MetricStreamConfiguration.Drop : null);
        });
    }

    /// <summary>The polls of health and metrics would be most of the traces.</summary>
    private static bool IsWork(HttpContext request) => request.Request.Path.Value is not ("/health" or "/alive" or "/metrics");
}
