using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;
using Setting = CryptoAspire.LocalKafka.Protocol.DescribeConfigsResponse.DescribeConfigsResourceResult;
using Synonym = CryptoAspire.LocalKafka.Protocol.DescribeConfigsResponse.DescribeConfigsSynonym;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>Kafka's resource types of the config APIs.</summary>
internal enum ConfigResourceType : sbyte
{
    Topic = 2,
    Broker = 4,
}

/// <summary>Where a value comes from (Kafka's ConfigSource).</summary>
internal enum ConfigSource : sbyte
{
    Topic = 1,
    StaticBroker = 4,
    Default = 5,
}

/// <summary>DescribeConfigs (32) of topics and of the broker: every setting that is honoured, with where its value comes from.</summary>
internal sealed class DescribeConfigsApi(Broker broker) : Api<DescribeConfigsRequest, DescribeConfigsResponse>
{
    protected override ValueTask<DescribeConfigsResponse?> AnswerAsync(DescribeConfigsRequest request, RequestContext context) =>
        ValueTask.FromResult<DescribeConfigsResponse?>(new DescribeConfigsResponse
        {
            Results =
            [
                .. request.Resources.Select(resource =>
                {
                    var result = Describe(resource, request.IncludeSynonyms, request.IncludeDocumentation);
                    (result.ResourceType, result.ResourceName) = (resource.ResourceType, resource.ResourceName);
                    broker.Metrics.Error(result.ErrorCode);
                    return result;
                }),
            ],
        });

    private DescribeConfigsResponse.DescribeConfigsResult Describe(DescribeConfigsRequest.DescribeConfigsResource resource, bool synonyms, bool documentation)
    {
        IEnumerable<Setting> settings;
        switch ((ConfigResourceType)resource.ResourceType)
        {
            case ConfigResourceType.Topic when broker.Store.TryGetTopic(resource.ResourceName, out var topic):
                settings = TopicConfig.Definitions.Select(d => Describe(d, topic.Config, synonyms, documentation));
                break;
            case ConfigResourceType.Topic:
                return Failed(ErrorCode.UnknownTopicOrPartition, $"Topic '{resource.ResourceName}' does not exist.");
            case ConfigResourceType.Broker when resource.ResourceName is "" or "0":
                settings = BrokerConfigs.List(broker).Select(c => new Setting
                {
                    Name = c.Name, Value = c.Value, ReadOnly = true, ConfigSource = (sbyte)ConfigSource.StaticBroker, ConfigType = (sbyte)c.Type,
                    Documentation = documentation ? c.Documentation : null,
                    Synonyms = synonyms ? [new Synonym { Name = c.Name, Value = c.Value, Source = (sbyte)ConfigSource.StaticBroker }] : [],
                });
                break;
            case ConfigResourceType.Broker:
                return Failed(ErrorCode.InvalidRequest, $"Broker '{resource.ResourceName}' does not exist: the only one is '{Broker.NodeId}'.");
            default:
                return Failed(ErrorCode.InvalidRequest, $"Resource type {resource.ResourceType}: 2 (topic) or 4 (broker).");
        }

        var wanted = resource.ConfigurationKeys?.ToHashSet(StringComparer.Ordinal);
        return new DescribeConfigsResponse.DescribeConfigsResult { Configs = [.. settings.Where(s => wanted is null || wanted.Contains(s.Name))] };
    }

    private static Setting Describe(TopicConfigDefinition definition, TopicConfig config, bool synonyms, bool documentation)
    {
        var chain = new List<Synonym>();
        if (config.Overrides.TryGetValue(definition.Name, out var own))
            chain.Add(new Synonym { Name = definition.Name, Value = own, Source = (sbyte)ConfigSource.Topic });
        if (config.DefaultValue(definition.Name) is var fallback && fallback != definition.Default)
            chain.Add(new Synonym { Name = $"log.{definition.Name}", Value = fallback, Source = (sbyte)ConfigSource.StaticBroker });
        chain.Add(new Synonym { Name = $"log.{definition.Name}", Value = definition.Default, Source = (sbyte)ConfigSource.Default });
        return new Setting
        {
            Name = definition.Name, Value = chain[0].Value, ConfigSource = chain[0].Source, IsDefault = chain[0].Source != (sbyte)ConfigSource.Topic,
            Synonyms = synonyms ? chain : [], ConfigType = (sbyte)definition.Type, Documentation = documentation ? definition.Documentation : null,
        };
    }

    private static DescribeConfigsResponse.DescribeConfigsResult Failed(ErrorCode error, string message) => new() { ErrorCode = error, ErrorMessage = message };
}
