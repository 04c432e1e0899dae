using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace CryptoAspire.LocalKafka.Tests.Scenarios;

/// <summary>The few admin calls that scenarios of every client need.</summary>
internal static class ConfluentAdmin
{
    public static IAdminClient Build(string bootstrap) => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();

    public static async Task CreateTopicAsync(string bootstrap, string topic, int partitions = 1, Dictionary<string, string>? configs = null)
    {
        using var admin = Build(bootstrap);
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1, Configs = configs ?? [] }]);
    }

    public static async Task<ConsumerGroupDescription> DescribeGroupAsync(string bootstrap, string group)
    {
        using var admin = Build(bootstrap);
        return (await admin.DescribeConsumerGroupsAsync([group])).ConsumerGroupDescriptions.Single();
    }
}
