using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>ListOffsets (2): first, last, or by timestamp.</summary>
internal sealed class ListOffsetsApi(Broker broker) : Api<ListOffsetsRequest, ListOffsetsResponse>
{
    private const long Latest = -1;
    private const long Earliest = -2;

    protected override ValueTask<ListOffsetsResponse?> AnswerAsync(ListOffsetsRequest request, RequestContext context) =>
        ValueTask.FromResult<ListOffsetsResponse?>(new ListOffsetsResponse
        {
            Topics =
            [
                .. request.Topics.Select(topic => new ListOffsetsResponse.ListOffsetsTopicResponse
                {
                    Name = topic.Name,
                    Partitions = [.. topic.Partitions.Select(p => Find(topic.Name, p, request.IsolationLevel == 1))],
                }),
            ],
        });

    private ListOffsetsResponse.ListOffsetsPartitionResponse Find(string topic, ListOffsetsRequest.ListOffsetsPartition asked, bool committed)
    {
        var answer = new ListOffsetsResponse.ListOffsetsPartitionResponse { PartitionIndex = asked.PartitionIndex };
        if (!broker.Store.TryGetPartition(topic, asked.PartitionIndex, out var log))
            answer.ErrorCode = ErrorCode.UnknownTopicOrPartition;
        else if (asked.CurrentLeaderEpoch > Broker.LeaderEpoch)
            answer.ErrorCode = ErrorCode.UnknownLeaderEpoch;
        else if (asked.Timestamp < Earliest)
            answer.ErrorCode = ErrorCode.InvalidRequest;
        else
        {
            (answer.Offset, answer.Timestamp) = Find(log, asked.Timestamp, committed ? log.LastStableOffset : log.HighWatermark);
            answer.LeaderEpoch = answer.Offset >= 0 ? Broker.LeaderEpoch : -1;
            answer.OldStyleOffsets = answer.Offset >= 0 && asked.MaxNumOffsets > 0 ? [answer.Offset] : [];
        }
        if (answer.ErrorCode != ErrorCode.None)
            broker.Metrics.Error(answer.ErrorCode);
        return answer;
    }

    private static (long Offset, long Timestamp) Find(PartitionLog log, long timestamp, long end)
    {
        if (timestamp == Latest)
            return (end, -1);
        if (timestamp == Earliest)
            return (log.LogStartOffset, -1);
        var found = log.OffsetForTimestamp(timestamp);
        return found.Offset < end ? found : (-1, -1); // read_committed does not look beyond the last stable offset
    }
}
