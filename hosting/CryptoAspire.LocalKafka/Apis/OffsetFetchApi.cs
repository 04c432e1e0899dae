using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>OffsetFetch (9): null topics = all that the group committed; -1 for what it never did.</summary>
internal sealed class OffsetFetchApi(Broker broker) : Api<OffsetFetchRequest, OffsetFetchResponse>
{
    protected override async ValueTask<OffsetFetchResponse?> AnswerAsync(OffsetFetchRequest request, RequestContext context)
    {
        var partitions = request.Topics?.SelectMany(t => t.PartitionIndexes.Select(p => new TopicPartition(t.Name, p))).ToArray();
        var offsets = await broker.Groups.FetchAsync(request.GroupId, partitions, request.RequireStable).ConfigureAwait(false);
        return new OffsetFetchResponse
        {
            Topics =
            [
                .. offsets.GroupBy(o => o.Partition.Topic, StringComparer.Ordinal).Select(topic => new OffsetFetchResponse.OffsetFetchResponseTopic
                {
                    Name = topic.Key,
                    Partitions =
                    [
                        .. topic.Select(o => new OffsetFetchResponse.OffsetFetchResponsePartition
                        {
                            PartitionIndex = o.Partition.Partition, CommittedOffset = o.Offset?.Offset ?? -1, CommittedLeaderEpoch = o.Offset?.LeaderEpoch ?? -1,
                            Metadata = o.Offset?.Metadata ?? "", ErrorCode = o.Error,
                        }),
                    ],
                }),
            ],
        };
    }
}
