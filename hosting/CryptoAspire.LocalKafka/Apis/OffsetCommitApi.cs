using CryptoAspire.LocalKafka.Groups;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>OffsetCommit (8).</summary>
internal sealed class OffsetCommitApi(Broker broker) : Api<OffsetCommitRequest, OffsetCommitResponse>
{
    /// <summary>offset.metadata.max.bytes.</summary>
    public const int MaxMetadataLength = 4096;

    protected override async ValueTask<OffsetCommitResponse?> AnswerAsync(OffsetCommitRequest request, RequestContext context)
    {
        var now = broker.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var accepted = new Dictionary<TopicPartition, CommittedOffset>();
        var errors = new Dictionary<TopicPartition, ErrorCode>();
        foreach (var topic in request.Topics)
            foreach (var p in topic.Partitions)
            {
                var partition = new TopicPartition(topic.Name, p.PartitionIndex);
                if (Check(broker, partition, p.CommittedMetadata) is var error && error != ErrorCode.None)
                    errors[partition] = error;
                else
                    accepted[partition] = new CommittedOffset(
                        p.CommittedOffset, p.CommittedLeaderEpoch, p.CommittedMetadata, p.CommitTimestamp >= 0 ? p.CommitTimestamp : now, request.RetentionTimeMs);
            }

        var committer = new Committer(request.MemberId, request.GroupInstanceId, request.GenerationId);
        var outcome = await Commit(request.GroupId, committer, accepted).ConfigureAwait(false);
        broker.Metrics.Error(outcome);
        return new OffsetCommitResponse
        {
            Topics =
            [
                .. request.Topics.Select(t => new OffsetCommitResponse.OffsetCommitResponseTopic
                {
                    Name = t.Name,
                    Partitions =
                    [
                        .. t.Partitions.Select(p => new OffsetCommitResponse.OffsetCommitResponsePartition
                        {
                            PartitionIndex = p.PartitionIndex, ErrorCode = errors.GetValueOrDefault(new TopicPartition(t.Name, p.PartitionIndex), outcome),
                        }),
                    ],
                }),
            ],
        };
    }

    /// <summary>What is wrong with one partition of a commit.</summary>
    public static ErrorCode Check(Broker broker, TopicPartition partition, string? metadata) =>
        !broker.Store.TryGetPartition(partition.Topic, partition.Partition, out _) ? ErrorCode.UnknownTopicOrPartition
        : metadata?.Length > MaxMetadataLength ? ErrorCode.OffsetMetadataTooLarge
        : ErrorCode.None;

    private async Task<ErrorCode> Commit(string groupId, Committer committer, Dictionary<TopicPartition, CommittedOffset> offsets)
    {
        try
        {
            return await broker.Groups.CommitAsync(groupId, committer, offsets).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return ErrorCode.CoordinatorNotAvailable; // the disk refused: the client tries again
        }
    }
}
