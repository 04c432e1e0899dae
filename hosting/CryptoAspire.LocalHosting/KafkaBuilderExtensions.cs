using Aspire.Hosting.ApplicationModel;
using CryptoAspire.LocalHosting.Kafka;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

/// <summary>Adds Kafka.</summary>
public static class KafkaBuilderExtensions
{
    private const int BrokerPort = 9092;
    private const int InternalBrokerPort = 9093;
    private const string DataTarget = "/var/lib/kafka/data";

    /// <summary>Adds a broker: locally LocalKafka as a process, published the image of Apache Kafka.</summary>
    public static IResourceBuilder<KafkaServerResource> AddKafka(this IDistributedApplicationBuilder builder, string name, int? port = null)
    {
        var kafka = new KafkaServerResource(name);
        var healthCheck = $"{name}_check";
        builder.Services.AddHealthChecks().AddCheck(healthCheck, new KafkaHealthCheck(kafka));

        return builder.AddResource(kafka)
            .WithAnnotation(new ContainerImageAnnotation { Registry = "docker.io", Image = "confluentinc/confluent-local", Tag = "8.2.0" })
            .WithManifestPublishingCallback(c => c.WriteContainerAsync(kafka))
            .WithEndpoint(targetPort: BrokerPort, port: port, name: KafkaServerResource.PrimaryEndpointName)
            .WithEndpoint(targetPort: InternalBrokerPort, name: KafkaServerResource.InternalEndpointName)
            .WithEnvironment(context => SetListeners(context, kafka))
            .WithHealthCheck(healthCheck);
    }

    /// <summary>Keeps the data from run to run. Locally the data directory keeps it in any case.</summary>
    public static IResourceBuilder<KafkaServerResource> WithDataVolume(this IResourceBuilder<KafkaServerResource> builder, string? name = null, bool isReadOnly = false) =>
        builder.WithAnnotation(new ContainerMountAnnotation(VolumeName.Or(name, builder), DataTarget, ContainerMountType.Volume, isReadOnly))
            .WithEnvironment("KAFKA_LOG_DIRS", DataTarget);

    private static void SetListeners(EnvironmentCallbackContext context, KafkaServerResource kafka)
    {
        var advertisedHost = kafka.PrimaryEndpoint.Property(EndpointProperty.Host);
        var inner = kafka.InternalEndpoint;
        context.EnvironmentVariables["KAFKA_LISTENERS"] =
            $"PLAINTEXT://localhost:29092,CONTROLLER://localhost:29093,PLAINTEXT_HOST://0.0.0.0:{BrokerPort},PLAINTEXT_INTERNAL://0.0.0.0:{InternalBrokerPort}";
        context.EnvironmentVariables["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"] =
            "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT,PLAINTEXT_INTERNAL:PLAINTEXT";
        context.EnvironmentVariables["KAFKA_ADVERTISED_LISTENERS"] = ReferenceExpression.Create(
            $"PLAINTEXT://{advertisedHost}:29092,PLAINTEXT_HOST://{advertisedHost}:{kafka.Port},PLAINTEXT_INTERNAL://{inner.Property(EndpointProperty.Host)}:{inner.Property(EndpointProperty.Port)}");
    }
}
