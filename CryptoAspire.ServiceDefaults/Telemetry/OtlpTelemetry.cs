using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace CryptoAspire.ServiceDefaults.Telemetry;

/// <summary>
/// Logs, metrics and traces over OTLP. ASP.NET Core, HttpClient and Npgsql bring their own sources since .NET 8, so the SDK
/// and its exporter are all it takes.
/// </summary>
internal static class OtlpTelemetry
{
    public static void AddOtlpTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        new Builder(builder.Services)
            .WithMetrics(metrics => metrics.AddMeter(TelemetrySources.Meters))
            .WithTracing(tracing => tracing.AddSource([.. TelemetrySources.Activities, builder.Environment.ApplicationName]))
            .UseOtlpExporter();
        builder.Services.ConfigureOpenTelemetryMeterProvider(static (services, metrics) =>
        {
            var exclusions = services.GetRequiredService<IOptions<TelemetryExclusions>>().Value;
            metrics.AddView(instrument => exclusions.IsExcluded(instrument.Meter.Name) ? MetricStreamConfiguration.Drop : null);
        });
        builder.Services.AddHostedService<ProviderStarter>();
        builder.Services.AddSingleton<IStartupFilter, RequestActivityFilter>();
    }

    /// <summary>What the package OpenTelemetry.Extensions.Hosting adds is this builder and <see cref="ProviderStarter"/>.</summary>
    private sealed class Builder(IServiceCollection services) : IOpenTelemetryBuilder
    {
        public IServiceCollection Services => services;
    }

    /// <summary>Providers are made by the first who asks for them: this asks before the server takes requests.</summary>
    private sealed class ProviderStarter : IHostedService
    {
        public ProviderStarter(TracerProvider traces, MeterProvider metrics) => _ = (traces, metrics);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
