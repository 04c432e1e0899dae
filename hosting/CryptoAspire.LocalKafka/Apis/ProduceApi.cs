using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>Produce (0): appends record batches as they came; answers when they are as durable as the flush mode promises.</summary>
internal sealed class ProduceApi(Broker broker) : Api<ProduceRequest, ProduceResponse>
{
    /// <summary>First version whose batches are in format v2; older ones are in range only because librdkafka looks for them.</summary>
    private const short FirstWithBatches = 3;

    protected override async ValueTask<ProduceResponse?> AnswerAsync(ProduceRequest request, RequestContext context)
    {
        // 1. Append everything, in the order of the request.
        var refusal = context.Version < FirstWithBatches ? ErrorCode.UnsupportedForMessageFormat
            : request.Acks is < -1 or > 1 ? ErrorCode.InvalidRequiredAcks
            : ErrorCode.None;
        var topics = new ProduceResponse.TopicProduceResponse[request.TopicData.Length];
        var waits = new List<(ProduceResponse.PartitionProduceResponse Answer, ValueTask Durable)>();
        for (var t = 0; t < topics.Length; t++)
        {
            var data = request.TopicData[t];
            var partitions = new ProduceResponse.PartitionProduceResponse[data.PartitionData.Length];
            for (var p = 0; p < partitions.Length; p++)
            {
                PartitionLog? log = null;
                var result = refusal == ErrorCode.None ? Append(data.Name, data.PartitionData[p], request.TransactionalId, out log) : Refused(refusal);
                partitions[p] = Answer(data.PartitionData[p].Index, result);
                if (request.Acks != 0 && result.Error == ErrorCode.None)
                    waits.Add((partitions[p], log!.WaitDurableAsync(result.NextOffset)));
            }
            topics[t] = new ProduceResponse.TopicProduceResponse { Name = data.Name, PartitionResponses = partitions };
        }

        // 2. Wait until it is safe to say so.
        foreach (var (answer, durable) in waits)
        {
            try
            {
                await durable.ConfigureAwait(false);
            }
            catch (IOException e)
            {
                (answer.ErrorCode, answer.BaseOffset, answer.ErrorMessage) = (ErrorCode.KafkaStorageError, -1, e.Message);
                broker.Metrics.Error(answer.ErrorCode);
            }
        }
        return request.Acks == 0 ? null : new ProduceResponse { Responses = topics };
    }

    private AppendResult Append(string topic, ProduceRequest.PartitionProduceData data, string? transactionalId, out PartitionLog? log)
    {
        if (!broker.Store.TryGetPartition(topic, data.Index, out log))
            return Refused(TopicName.IsValid(topic) ? ErrorCode.UnknownTopicOrPartition : ErrorCode.InvalidTopic);
        if (data.Records is not { Length: > 0 } batch)
            return Refused(ErrorCode.InvalidRecord);
        if (!RecordBatchHeader.TryRead(batch.Span, out var header) || !header.IsTransactional || header.ProducerId < 0)
            return log.Append(batch);

        // A transactional write must not slip in behind the marker that ends its transaction.
        if (broker.Transactions.Gate(header.ProducerId) is not { } gate)
            return Refused(ErrorCode.InvalidProducerIdMapping);
        var result = default(AppendResult);
        var target = log;
        var error = gate.Enter(transactionalId, header.ProducerEpoch, new TopicPartition(topic, data.Index), () => result = target.Append(batch));
        return error == ErrorCode.None ? result : Refused(error);
    }

    private static AppendResult Refused(ErrorCode error) => new(error, -1, -1, -1, -1);

    private ProduceResponse.PartitionProduceResponse Answer(int index, in AppendResult result)
    {
        if (result.Error != ErrorCode.None)
            broker.Metrics.Error(result.Error);
        return new ProduceResponse.PartitionProduceResponse
        {
            Index = index, ErrorCode = result.Error, BaseOffset = result.BaseOffset, LogAppendTimeMs = result.LogAppendTimeMs,
            LogStartOffset = result.LogStartOffset, ErrorMessage = result.Message,
        };
    }
}
