using CryptoAspire.LocalKafka.Groups;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>Tells a fenced producer in words that its version knows: PRODUCER_FENCED (90) came later than 47.</summary>
internal static class Fencing
{
    public static ErrorCode For(ErrorCode error, short version, short firstWithProducerFenced) =>
        error == ErrorCode.ProducerFenced && version < firstWithProducerFenced ? ErrorCode.InvalidProducerEpoch : error;
}

/// <summary>InitProducerId (22): a producer id, and for a transactional producer its next epoch.</summary>
internal sealed class InitProducerIdApi(Broker broker) : Api<InitProducerIdRequest, InitProducerIdResponse>
{
    protected override async ValueTask<InitProducerIdResponse?> AnswerAsync(InitProducerIdRequest request, RequestContext context)
    {
        try
        {
            var outcome = request.TransactionalId is null
                ? await broker.Transactions.InitIdempotentAsync().ConfigureAwait(false)
                : await broker.Transactions.InitAsync(request.TransactionalId, request.TransactionTimeoutMs, request.ProducerId, request.ProducerEpoch)
                    .WaitAsync(context.Gone).ConfigureAwait(false);
            broker.Metrics.Error(outcome.Error);
            return new InitProducerIdResponse
            {
                ErrorCode = Fencing.For(outcome.Error, context.Version, 4), ProducerId = outcome.ProducerId, ProducerEpoch = outcome.ProducerEpoch,
            };
        }
        catch (IOException)
        {
            return new InitProducerIdResponse { ErrorCode = ErrorCode.CoordinatorNotAvailable, ProducerEpoch = -1 };
        }
    }
}

/// <summary>AddPartitionsToTxn (24): all of them or none.</summary>
internal sealed class AddPartitionsToTxnApi(Broker broker) : Api<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>
{
    protected override async ValueTask<AddPartitionsToTxnResponse?> AnswerAsync(AddPartitionsToTxnRequest request, RequestContext context)
    {
        var partitions = request.Topics.SelectMany(t => t.Partitions.Select(p => new TopicPartition(t.Name, p))).ToArray();
        var unknown = partitions.Where(p => !broker.Store.TryGetPartition(p.Topic, p.Partition, out _)).ToHashSet();
        var outcome = unknown.Count > 0 ? ErrorCode.OperationNotAttempted : await Add(request, partitions).ConfigureAwait(false);
        broker.Metrics.Error(outcome);
        outcome = Fencing.For(outcome, context.Version, 2);
        return new AddPartitionsToTxnResponse
        {
            Results =
            [
                .. request.Topics.Select(t => new AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult
                {
                    Name = t.Name,
                    ResultsByPartition =
                    [
                        .. t.Partitions.Select(p => new AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult
                        {
                            PartitionIndex = p,
                            ErrorCode = unknown.Contains(new TopicPartition(t.Name, p)) ? ErrorCode.UnknownTopicOrPartition : outcome,
                        }),
                    ],
                }),
            ],
        };
    }

    private async Task<ErrorCode> Add(AddPartitionsToTxnRequest request, TopicPartition[] partitions)
    {
        try
        {
            return await broker.Transactions.AddPartitionsAsync(
                request.TransactionalId, request.ProducerId, request.ProducerEpoch, partitions).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return ErrorCode.CoordinatorNotAvailable;
        }
    }
}

/// <summary>AddOffsetsToTxn (25).</summary>
internal sealed class AddOffsetsToTxnApi(Broker broker) : Api<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>
{
    protected override async ValueTask<AddOffsetsToTxnResponse?> AnswerAsync(AddOffsetsToTxnRequest request, RequestContext context)
    {
        try
        {
            var error = await broker.Transactions.AddGroupAsync(request.TransactionalId, request.ProducerId, request.ProducerEpoch, request.GroupId).ConfigureAwait(false);
            broker.Metrics.Error(error);
            return new AddOffsetsToTxnResponse { ErrorCode = Fencing.For(error, context.Version, 2) };
        }
        catch (IOException)
        {
            return new AddOffsetsToTxnResponse { ErrorCode = ErrorCode.CoordinatorNotAvailable };
        }
    }
}

/// <summary>EndTxn (26): answered when the markers stand.</summary>
internal sealed class EndTxnApi(Broker broker) : Api<EndTxnRequest, EndTxnResponse>
{
    protected override async ValueTask<EndTxnResponse?> AnswerAsync(EndTxnRequest request, RequestContext context)
    {
        var error = await broker.Transactions.EndAsync(request.TransactionalId, request.ProducerId, request.ProducerEpoch, request.Committed)
            .WaitAsync(context.Gone).ConfigureAwait(false);
        broker.Metrics.Error(error);
        return new EndTxnResponse { ErrorCode = Fencing.For(error, context.Version, 2) };
    }
}

/// <summary>TxnOffsetCommit (28): stages a group's offsets until the transaction ends.</summary>
internal sealed class TxnOffsetCommitApi(Broker broker) : Api<TxnOffsetCommitRequest, TxnOffsetCommitResponse>
{
    protected override async ValueTask<TxnOffsetCommitResponse?> AnswerAsync(TxnOffsetCommitRequest request, RequestContext context)
    {
        var now = broker.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var accepted = new Dictionary<TopicPartition, CommittedOffset>();
        var errors = new Dictionary<TopicPartition, ErrorCode>();
        foreach (var topic in request.Topics)
            foreach (var p in topic.Partitions)
            {
                var partition = new TopicPartition(topic.Name, p.PartitionIndex);
                if (OffsetCommitApi.Check(broker, partition, p.CommittedMetadata) is var error && error != ErrorCode.None)
                    errors[partition] = error;
                else
                    accepted[partition] = new CommittedOffset(p.CommittedOffset, p.CommittedLeaderEpoch, p.CommittedMetadata, now);
            }

        var outcome = Fencing.For(await Stage(request, accepted).ConfigureAwait(false), 0, short.MaxValue);
        broker.Metrics.Error(outcome);
        return new TxnOffsetCommitResponse
        {
            Topics =
            [
                .. request.Topics.Select(t => new TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic
                {
                    Name = t.Name,
                    Partitions =
                    [
                        .. t.Partitions.Select(p => new TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition
                        {
                            PartitionIndex = p.PartitionIndex, ErrorCode = errors.GetValueOrDefault(new TopicPartition(t.Name, p.PartitionIndex), outcome),
                        }),
                    ],
                }),
            ],
        };
    }

    private async Task<ErrorCode> Stage(TxnOffsetCommitRequest request, Dictionary<TopicPartition, CommittedOffset> offsets)
    {
        try
        {
            return await broker.Groups.StageAsync(
                request.GroupId, new Committer(request.MemberId, request.GroupInstanceId, request.GenerationId), request.ProducerId, offsets,
                gate: () => broker.Transactions.Gate(request.ProducerId)?.CheckGroup(request.TransactionalId, request.ProducerEpoch, request.GroupId)
                    ?? ErrorCode.InvalidProducerIdMapping).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return ErrorCode.CoordinatorNotAvailable;
        }
    }
}
