using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CryptoAspire.ServiceDefaults.Kafka;

/// <summary>Healthy when the brokers acknowledge a message within a second, as Aspire's Kafka health check does it.</summary>
internal sealed class KafkaHealthCheck(KafkaHealthProbes probes, ClientConfig client) : IHealthCheck
{
    public const string Topic = "healthchecks-topic";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (client.BootstrapServers is null) return new HealthCheckResult(context.Registration.FailureStatus, "No bootstrap servers configured.");
        try
        {
            var message = new Message<string, string> { Key = "healthcheck-key", Value = "" };
            await probes.For(client).ProduceAsync(Topic, message, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (KafkaException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, $"{client.BootstrapServers}: {e.Error.Reason}", e);
        }
        catch (KafkaNativeLibraryException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message);
        }
    }
}
