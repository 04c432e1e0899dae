using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>OffsetForLeaderEpoch (23): where an epoch ends. There is one epoch, 0, and it ends at the end of the log.</summary>
internal sealed class OffsetForLeaderEpochApi(Broker broker) : Api<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>
{
    protected override ValueTask<OffsetForLeaderEpochResponse?> AnswerAsync(OffsetForLeaderEpochRequest request, RequestContext context) =>
        ValueTask.FromResult<OffsetForLeaderEpochResponse?>(new OffsetForLeaderEpochResponse
        {
            Topics =
            [
                .. request.Topics.Select(topic => new OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult
                {
                    Topic = topic.Topic,
                    Partitions = [.. topic.Partitions.Select(p => Find(topic.Topic, p))],
                }),
            ],
        });

    private OffsetForLeaderEpochResponse.EpochEndOffset Find(string topic, OffsetForLeaderEpochRequest.OffsetForLeaderPartition asked)
    {
        var answer = new OffsetForLeaderEpochResponse.EpochEndOffset { Partition = asked.Partition };
        if (!broker.Store.TryGetPartition(topic, asked.Partition, out var log))
            answer.ErrorCode = ErrorCode.UnknownTopicOrPartition;
        else if (asked.CurrentLeaderEpoch > Broker.LeaderEpoch)
            answer.ErrorCode = ErrorCode.UnknownLeaderEpoch;
        else if (asked.LeaderEpoch == Broker.LeaderEpoch)
            (answer.LeaderEpoch, answer.EndOffset) = (Broker.LeaderEpoch, log.HighWatermark);
        return answer;
    }
}
