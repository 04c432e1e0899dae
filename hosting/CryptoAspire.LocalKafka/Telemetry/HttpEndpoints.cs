using System.Text.Json;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Telemetry;

/// <summary>
/// /health for orchestrators and people (503 when something takes no more writes), /metrics for Prometheus; on --http-port only.
/// </summary>
internal static class HttpEndpoints
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Map(WebApplication app, Broker broker, BrokerHost host, TimeProvider time)
    {
        var started = time.GetTimestamp();
        app.Run(context => context.Request.Path.Value switch
        {
            "/health" => WriteHealthAsync(context, broker, host, time.GetElapsedTime(started)),
            "/metrics" => WriteAsync(context, StatusCodes.Status200OK, PrometheusText.ContentType, PrometheusText.Write(broker.Metrics)),
            _ => WriteAsync(context, StatusCodes.Status404NotFound, "text/plain", "LocalKafka: /health or /metrics\n"),
        });
    }

    private static Task WriteHealthAsync(HttpContext context, Broker broker, BrokerHost host, TimeSpan uptime)
    {
        var problems = broker.Store.Problems;
        return WriteAsync(
            context, problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, "application/json; charset=utf-8",
            JsonSerializer.Serialize(Health(broker, host, uptime, problems), s_json) + "\n");
    }

    private static object Health(Broker broker, BrokerHost host, TimeSpan uptime, IReadOnlyList<string> problems) => new
    {
        Status = problems.Count == 0 ? "ok" : "failed",
        Problems = problems,
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
