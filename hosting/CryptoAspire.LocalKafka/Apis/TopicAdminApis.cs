using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>CreateTopics (19): name, count, replication, assignment and settings are checked before anything is created.</summary>
internal sealed class CreateTopicsApi(Broker broker) : Api<CreateTopicsRequest, CreateTopicsResponse>
{
    private const int MostPartitions = 10_000;

    protected override ValueTask<CreateTopicsResponse?> AnswerAsync(CreateTopicsRequest request, RequestContext context)
    {
        var repeated = request.Topics.GroupBy(t => t.Name, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
        return ValueTask.FromResult<CreateTopicsResponse?>(new CreateTopicsResponse
        {
            Topics =
            [
                .. request.Topics.DistinctBy(t => t.Name, StringComparer.Ordinal).Select(topic =>
                {
                    var (error, message) = repeated.Contains(topic.Name)
                        ? (ErrorCode.InvalidRequest, "the request names the topic more than once")
                        : Create(topic, request.ValidateOnly);
                    broker.Metrics.Error(error);
                    return new CreateTopicsResponse.CreatableTopicResult { Name = topic.Name, ErrorCode = error, ErrorMessage = message };
                }),
            ],
        });
    }

    private (ErrorCode Error, string? Message) Create(CreateTopicsRequest.CreatableTopic topic, bool validateOnly)
    {
        if (!TopicName.IsValid(topic.Name))
            return (ErrorCode.InvalidTopic, $"'{topic.Name}' is no topic name: 1 to {TopicName.MaxLength} of a-z A-Z 0-9 . _ - and neither '.' nor '..'");
        if (broker.Store.TryGetTopic(topic.Name, out _))
            return (ErrorCode.TopicAlreadyExists, $"Topic '{topic.Name}' already exists.");
        if (CountPartitions(topic, out var partitions) is { } problem)
            return problem;
        try
        {
            var config = broker.Store.ParseConfig(ConfigText.Overrides(topic.Configs.Select(c => (c.Name, c.Value))));
            return validateOnly || broker.Store.CreateTopic(topic.Name, partitions, config, out _)
                ? (ErrorCode.None, null)
                : (ErrorCode.TopicAlreadyExists, $"Topic '{topic.Name}' already exists.");
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

    private (ErrorCode, string?)? CountPartitions(CreateTopicsRequest.CreatableTopic topic, out int partitions)
    {
        partitions = topic.NumPartitions == -1 ? broker.Options.Partitions : topic.NumPartitions;
        if (topic.Assignments.Length > 0)
        {
            partitions = topic.Assignments.Length;
            if (topic.NumPartitions != -1 || topic.ReplicationFactor != -1)
                return (ErrorCode.InvalidRequest, "give either an assignment or numbers of partitions and replicas, not both");
            if (topic.Assignments.OrderBy(a => a.PartitionIndex).Where((a, i) => a.PartitionIndex != i || a.BrokerIds is not [Broker.NodeId]).Any())
                return (ErrorCode.InvalidReplicaAssignment, $"partitions count from 0 and each has the one replica {Broker.NodeId}: there is one broker");
            return null;
        }
        if (partitions is <= 0 or > MostPartitions)
            return (ErrorCode.InvalidPartitions, $"{topic.NumPartitions} partitions: give 1 to {MostPartitions}, or -1 for the broker's default");
        if (topic.ReplicationFactor is not (-1 or 1))
            return (ErrorCode.InvalidReplicationFactor, $"replication factor {topic.ReplicationFactor}: there is one broker");
        return null;
    }
}

/// <summary>DeleteTopics (20): the topic, its files, its producer state and what groups committed for it.</summary>
internal sealed class DeleteTopicsApi(Broker broker) : Api<DeleteTopicsRequest, DeleteTopicsResponse>
{
    protected override async ValueTask<DeleteTopicsResponse?> AnswerAsync(DeleteTopicsRequest request, RequestContext context)
    {
        var results = new List<DeleteTopicsResponse.DeletableTopicResult>();
        foreach (var name in request.TopicNames)
            results.Add(new DeleteTopicsResponse.DeletableTopicResult { Name = name, ErrorCode = await Delete(name).ConfigureAwait(false) });
        return new DeleteTopicsResponse { Responses = results };
    }

    private async Task<ErrorCode> Delete(string name)
    {
        try
        {
            if (!broker.Store.DeleteTopic(name))
                return ErrorCode.UnknownTopicOrPartition;
            await broker.Groups.ForgetTopicAsync(name).ConfigureAwait(false);
            return ErrorCode.None;
        }
        catch (IOException)
        {
            return ErrorCode.KafkaStorageError;
        }
    }
}

/// <summary>CreatePartitions (37): only upwards.</summary>
internal sealed class CreatePartitionsApi(Broker broker) : Api<CreatePartitionsRequest, CreatePartitionsResponse>
{
    private const int MostPartitions = 10_000;

    protected override ValueTask<CreatePartitionsResponse?> AnswerAsync(CreatePartitionsRequest request, RequestContext context) =>
        ValueTask.FromResult<CreatePartitionsResponse?>(new CreatePartitionsResponse
        {
            Results =
            [
                .. request.Topics.Select(topic =>
                {
                    var (error, message) = Add(topic, request.ValidateOnly);
                    broker.Metrics.Error(error);
                    return new CreatePartitionsResponse.CreatePartitionsTopicResult { Name = topic.Name, ErrorCode = error, ErrorMessage = message };
                }),
            ],
        });

    private (ErrorCode Error, string? Message) Add(CreatePartitionsRequest.CreatePartitionsTopic topic, bool validateOnly)
    {
        if (!broker.Store.TryGetTopic(topic.Name, out var existing))
            return (ErrorCode.UnknownTopicOrPartition, $"Topic '{topic.Name}' does not exist.");
        var added = topic.Count - existing.Partitions.Count;
        if (added <= 0 || topic.Count > MostPartitions)
            return (ErrorCode.InvalidPartitions, $"Topic '{topic.Name}' has {existing.Partitions.Count} partitions: give more, up to {MostPartitions}, not {topic.Count}.");
        if (topic.Assignments is { } assignments && (assignments.Length != added || assignments.Any(a => a.BrokerIds is not [Broker.NodeId])))
            return (ErrorCode.InvalidReplicaAssignment, $"an assignment for each of the {added} new partitions, to broker {Broker.NodeId}");
        try
        {
            if (!validateOnly && broker.Store.AddPartitions(topic.Name, topic.Count) is null)
                return (ErrorCode.UnknownTopicOrPartition, $"Topic '{topic.Name}' does not exist.");
            return (ErrorCode.None, null);
        }
        catch (ArgumentException e)
        {
            return (ErrorCode.InvalidPartitions, e.Message);
        }
        catch (IOException e)
        {
            return (ErrorCode.KafkaStorageError, e.Message);
        }
    }
}

/// <summary>DeleteRecords (21): moves the start of a partition; -1 = to its end.</summary>
internal sealed class DeleteRecordsApi(Broker broker) : Api<DeleteRecordsRequest, DeleteRecordsResponse>
{
    protected override ValueTask<DeleteRecordsResponse?> AnswerAsync(DeleteRecordsRequest request, RequestContext context) =>
        ValueTask.FromResult<DeleteRecordsResponse?>(new DeleteRecordsResponse
        {
            Topics =
            [
                .. request.Topics.Select(topic => new DeleteRecordsResponse.DeleteRecordsTopicResult
                {
                    Name = topic.Name,
                    Partitions =
                    [
                        .. topic.Partitions.Select(p =>
                        {
                            var (error, start) = Delete(topic.Name, p);
                            broker.Metrics.Error(error);
                            return new DeleteRecordsResponse.DeleteRecordsPartitionResult { PartitionIndex = p.PartitionIndex, ErrorCode = error, LowWatermark = start };
                        }),
                    ],
                }),
            ],
        });

    private (ErrorCode Error, long LowWatermark) Delete(string topic, DeleteRecordsRequest.DeleteRecordsPartition asked)
    {
        if (!broker.Store.TryGetPartition(topic, asked.PartitionIndex, out var log))
            return (ErrorCode.UnknownTopicOrPartition, -1);
        try
        {
            var (error, start) = log.DeleteRecordsBefore(asked.Offset);
            return (error, error == ErrorCode.None ? start : -1);
        }
        catch (IOException)
        {
            return (ErrorCode.KafkaStorageError, -1);
        }
    }
}
