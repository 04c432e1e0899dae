using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>Metadata (3): the one broker and the topics; creates topics that are asked for by name, if both sides allow it.</summary>
internal sealed class MetadataApi(Broker broker) : Api<MetadataRequest, MetadataResponse>
{
    private static readonly int[] s_self = [Broker.NodeId];

    protected override ValueTask<MetadataResponse?> AnswerAsync(MetadataRequest request, RequestContext context)
    {
        // Version 0 has no null: there an empty list asks for all topics.
        var all = request.Topics is null || (context.Version == 0 && request.Topics.Length == 0);
        var topics = all
            ? broker.Store.Topics.Select(Describe)
            : request.Topics!.Select(t => t.Name).Distinct(StringComparer.Ordinal).Select(name => Find(name, request.AllowAutoTopicCreation));
        return ValueTask.FromResult<MetadataResponse?>(new MetadataResponse
        {
            Brokers = [new MetadataResponse.MetadataResponseBroker { NodeId = Broker.NodeId, Host = broker.AdvertisedHost, Port = broker.AdvertisedPort }],
            ClusterId = broker.Store.ClusterId,
            ControllerId = Broker.NodeId,
            Topics = [.. topics.Select(t => WithOperations(t, request.IncludeTopicAuthorizedOperations))],
            ClusterAuthorizedOperations = request.IncludeClusterAuthorizedOperations ? AuthorizedOperations.Cluster : AuthorizedOperations.NotAsked,
        });
    }

    private MetadataResponse.MetadataResponseTopic Find(string name, bool mayCreate)
    {
        if (broker.Store.TryGetTopic(name, out var topic))
            return Describe(topic);
        if (!TopicName.IsValid(name))
            return Failed(name, ErrorCode.InvalidTopic);
        if (!mayCreate || !broker.Options.AutoCreate)
            return Failed(name, ErrorCode.UnknownTopicOrPartition);
        try
        {
            broker.Store.CreateTopic(name, broker.Options.Partitions, broker.Store.ParseConfig(new Dictionary<string, string>()), out topic);
            return Describe(topic);
        }
        catch (IOException)
        {
            return Failed(name, ErrorCode.LeaderNotAvailable); // the client asks again; by then there may be room on the disk
        }
    }

    private static MetadataResponse.MetadataResponseTopic WithOperations(MetadataResponse.MetadataResponseTopic topic, bool asked)
    {
        if (asked && topic.ErrorCode == ErrorCode.None)
            topic.TopicAuthorizedOperations = AuthorizedOperations.Topic;
        return topic;
    }

    private MetadataResponse.MetadataResponseTopic Failed(string name, ErrorCode error)
    {
        broker.Metrics.Error(error);
        return new MetadataResponse.MetadataResponseTopic { Name = name, ErrorCode = error };
    }

    private static MetadataResponse.MetadataResponseTopic Describe(Topic topic) => new()
    {
        Name = topic.Name,
        Partitions =
        [
            .. Enumerable.Range(0, topic.Partitions.Count).Select(index => new MetadataResponse.MetadataResponsePartition
            {
                PartitionIndex = index, LeaderId = Broker.NodeId, LeaderEpoch = Broker.LeaderEpoch, ReplicaNodes = s_self, IsrNodes = s_self,
            }),
        ],
    };
}
