using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>AlterConfigs (33): replaces all of a topic's own settings.</summary>
internal sealed class AlterConfigsApi(Broker broker) : Api<AlterConfigsRequest, AlterConfigsResponse>
{
    protected override ValueTask<AlterConfigsResponse?> AnswerAsync(AlterConfigsRequest request, RequestContext context) =>
        ValueTask.FromResult<AlterConfigsResponse?>(new AlterConfigsResponse
        {
            Responses =
            [
                .. request.Resources.Select(r =>
                {
                    var (error, message) = TopicConfigChange.Apply(
                        broker, r.ResourceType, r.ResourceName, request.ValidateOnly, _ => ConfigText.Overrides(r.Configs.Select(c => (c.Name, c.Value))));
                    return new AlterConfigsResponse.AlterConfigsResourceResponse
                    {
                        ErrorCode = error, ErrorMessage = message, ResourceType = r.ResourceType, ResourceName = r.ResourceName,
                    };
                }),
            ],
        });
}

/// <summary>IncrementalAlterConfigs (44): sets and unsets one by one; append and subtract for lists.</summary>
internal sealed class IncrementalAlterConfigsApi(Broker broker) : Api<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>
{
    private enum Operation : sbyte
    {
        Set = 0,
        Delete = 1,
        Append = 2,
        Subtract = 3,
    }

    protected override ValueTask<IncrementalAlterConfigsResponse?> AnswerAsync(IncrementalAlterConfigsRequest request, RequestContext context) =>
        ValueTask.FromResult<IncrementalAlterConfigsResponse?>(new IncrementalAlterConfigsResponse
        {
            Responses =
            [
                .. request.Resources.Select(r =>
                {
                    var (error, message) = TopicConfigChange.Apply(broker, r.ResourceType, r.ResourceName, request.ValidateOnly, config => Change(config, r.Configs));
                    return new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse
                    {
                        ErrorCode = error, ErrorMessage = message, ResourceType = r.ResourceType, ResourceName = r.ResourceName,
                    };
                }),
            ],
        });

    private static IReadOnlyDictionary<string, string> Change(TopicConfig config, IEnumerable<IncrementalAlterConfigsRequest.AlterableConfig> changes)
    {
        var overrides = new Dictionary<string, string>(config.Overrides, StringComparer.Ordinal);
        foreach (var change in changes)
        {
            var definition = TopicConfig.Definition(change.Name);
            switch ((Operation)change.ConfigOperation)
            {
                case Operation.Delete:
                    overrides.Remove(change.Name);
                    break;
                case Operation.Set when change.Value is not null:
                    overrides[change.Name] = change.Value;
                    break;
                case Operation.Append or Operation.Subtract when definition.Type == TopicConfigType.List && change.Value is not null:
                    var words = config.Value(change.Name).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                    var given = change.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                    overrides[change.Name] = string.Join(',', (Operation)change.ConfigOperation == Operation.Append ? words.Union(given) : words.Except(given));
                    break;
                default:
                    throw new InvalidTopicConfigException(change.Name, $"Operation {change.ConfigOperation} with value {change.Value ?? "null"} is not possible for configuration {change.Name}.");
            }
        }
        return overrides;
    }
}

/// <summary>What both ways of changing a topic's settings share.</summary>
internal static class TopicConfigChange
{
    public static (ErrorCode Error, string? Message) Apply(
        Broker broker, sbyte resourceType, string resourceName, bool validateOnly, Func<TopicConfig, IReadOnlyDictionary<string, string>> overrides)
    {
        if (resourceType == (sbyte)ConfigResourceType.Broker)
            return (ErrorCode.InvalidRequest, "Broker settings are read only while it runs: restart it with other options.");
        if (resourceType != (sbyte)ConfigResourceType.Topic)
            return (ErrorCode.InvalidRequest, $"Resource type {resourceType}: 2 (topic) or 4 (broker).");
        if (!broker.Store.TryGetTopic(resourceName, out var topic))
            return (ErrorCode.UnknownTopicOrPartition, $"Topic '{resourceName}' does not exist.");
        try
        {
            var config = broker.Store.ParseConfig(overrides(topic.Config));
            if (!validateOnly && broker.Store.SetTopicConfig(resourceName, config) is null)
                return (ErrorCode.UnknownTopicOrPartition, $"Topic '{resourceName}' does not exist.");
            return (ErrorCode.None, null);
        }
        catch (InvalidTopicConfigException e)
        {
            return (ErrorCode.InvalidConfig, e.Message);
        }
        catch (IOException e)
        {
            return (ErrorCode.KafkaStorageError, e.Message);
        }
    }
}
