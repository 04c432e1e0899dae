using Confluent.Kafka;

namespace Aspire.Confluent.Kafka;

/// <summary>
/// Settings of one producer; sections <c>Aspire:Confluent:Kafka:Producer</c>, then <c>…:Producer:{connectionName}</c>, then
/// <c>ConnectionStrings:{connectionName}</c>.
/// </summary>
public sealed class KafkaProducerSettings
{
    /// <summary>Bootstrap servers, <c>host:port</c>, separated by commas.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>librdkafka's settings.</summary>
    public ProducerConfig Config { get; } = [];

    /// <summary>Leaves out the health check.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Leaves out librdkafka's statistics and the metrics made of them.</summary>
    public bool DisableMetrics { get; set; }

    /// <summary>Leaves out activities and the trace context in the messages' headers.</summary>
    public bool DisableTracing { get; set; }

    /// <exception cref="InvalidOperationException">No bootstrap servers.</exception>
    internal void Validate()
    {
        if (Config.BootstrapServers is null) throw new InvalidOperationException("No bootstrap servers configured.");
    }
}
