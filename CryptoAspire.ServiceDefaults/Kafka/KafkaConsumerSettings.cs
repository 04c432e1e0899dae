using Confluent.Kafka;

namespace Aspire.Confluent.Kafka;

/// <summary>
/// Settings of one consumer; sections <c>Aspire:Confluent:Kafka:Consumer</c>, then <c>…:Consumer:{connectionName}</c>, then
/// <c>ConnectionStrings:{connectionName}</c>.
/// </summary>
public sealed class KafkaConsumerSettings
{
    /// <summary>Bootstrap servers, <c>host:port</c>, separated by commas.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>librdkafka's settings.</summary>
    public ConsumerConfig Config { get; } = [];

    /// <summary>Leaves out the health check.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Leaves out librdkafka's statistics and the metrics made of them.</summary>
    public bool DisableMetrics { get; set; }

    /// <summary>Leaves out activities of received messages.</summary>
    public bool DisableTracing { get; set; }

    /// <exception cref="InvalidOperationException">No bootstrap servers or no group id.</exception>
    internal void Validate()
    {
        if (Config.BootstrapServers is null) throw new InvalidOperationException("No bootstrap servers configured.");
        if (Config.GroupId is null) throw new InvalidOperationException("No group id configured.");
    }
}
