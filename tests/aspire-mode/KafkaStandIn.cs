namespace Aspire.Hosting;

/// <summary>
/// AddKafka as Aspire.Hosting.Kafka has it, made of Aspire's own parts, for a feed that lacks that package. Image, variables and
/// target: Aspire's tests (KafkaBuilderExtensions, AddKafkaTests).
/// </summary>
public static class KafkaBuilderExtensions
{
    private const string DataTarget = "/var/lib/kafka/data";

    public static IResourceBuilder<KafkaServerResource> AddKafka(this IDistributedApplicationBuilder builder, string name, int? port = null)
    {
        var kafka = new KafkaServerResource(name);
        return builder.AddResource(kafka)
            .WithImage("confluentinc/confluent-local", "8.2.0").WithImageRegistry("docker.io")
            .WithEndpoint(targetPort: 9092, port: port, name: KafkaServerResource.PrimaryEndpointName)
            .WithEndpoint(targetPort: 9093, name: KafkaServerResource.InternalEndpointName)
            .WithEnvironment(context =>
            {
                var (host, inner) = (kafka.Host, kafka.InternalEndpoint);
                context.EnvironmentVariables["KAFKA_LISTENERS"] =
                    "PLAINTEXT://localhost:29092,CONTROLLER://localhost:29093,PLAINTEXT_HOST://0.0.0.0:9092,PLAINTEXT_INTERNAL://0.0.0.0:9093";
                context.EnvironmentVariables["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"] =
                    "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT,PLAINTEXT_INTERNAL:PLAINTEXT";
                context.EnvironmentVariables["KAFKA_ADVERTISED_LISTENERS"] = ReferenceExpression.Create(
                    $"PLAINTEXT://{host}:29092,PLAINTEXT_HOST://{host}:{kafka.Port},PLAINTEXT_INTERNAL://{inner.Property(EndpointProperty.Host)}:{inner.Property(EndpointProperty.Port)}");
            });
    }

    public static IResourceBuilder<KafkaServerResource> WithDataVolume(this IResourceBuilder<KafkaServerResource> builder, string name) =>
        builder.WithVolume(name, DataTarget).WithEnvironment("KAFKA_LOG_DIRS", DataTarget);
}
