using System.Text.Json;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Telemetry;

/// <summary>/health for orchestrators and people, /metrics for Prometheus; on --http-port only.</summary>
internal static class HttpEndpoints
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Map(WebApplication app, Broker broker, BrokerHost host, TimeProvider time)
    {
        var started = time.GetTimestamp();
        app.Run(context => context.Request.Path.Value switch
        {
            "/health" => context.Response.WriteAsJsonAsync(Health(broker, host, time.GetElapsedTime(started)), s_json),
            "/metrics" => WriteAsync(context, StatusCodes.Status200OK, PrometheusText.ContentType, PrometheusText.Write(broker.Metrics)),
            _ => WriteAsync(context, StatusCodes.Status404NotFound, "text/plain", "LocalKafka: /health or /metrics\n"),
        });
    }

    private static object Health(Broker broker, BrokerHost host, TimeSpan uptime) => new
    {
        Status = "ok",
        Kafka = host.BootstrapServers,
        broker.Store.ClusterId,
        UptimeSeconds = (long)uptime.TotalSeconds,
        Data = Path.GetFullPath(broker.Options.Data),
        Flush = broker.Options.Flush.ToString().ToLowerInvariant(),
        Recovery = broker.Store.Recovery.ToString(),
        Topics = broker.Metrics.Topics(),
        Partitions = broker.Metrics.Partitions(),
        Groups = broker.Metrics.Groups(),
        Connections = broker.Metrics.Connections(),
        LogBytes = broker.Metrics.LogBytes(),
    };

    private static Task WriteAsync(HttpContext context, int status, string contentType, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(text);
    }
}
