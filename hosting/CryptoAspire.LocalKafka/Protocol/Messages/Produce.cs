namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>
/// Appends record batches to partitions. Versions 0 to 2 carry message sets of the time before batches; they are decoded as opaque bytes.
/// API key 0, versions 0 to 8.
/// </summary>
public sealed class ProduceRequest : IKafkaMessage<ProduceRequest>
{
    public static ApiKey ApiKey => ApiKey.Produce;
    public static bool IsResponse => false;

    [Since(3)] public string? TransactionalId { get; set; }
    /// <summary>0 none (and no response), 1 or -1 acknowledged once appended; anything else is error 21.</summary>
    public short Acks { get; set; }
    public int TimeoutMs { get; set; }
    public TopicProduceData[] TopicData { get; set; } = [];

    public static ProduceRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new ProduceRequest
        {
            TransactionalId = version >= 3 ? r.ReadNullableString(nameof(TransactionalId)) : null,
            Acks = r.ReadInt16(nameof(Acks)),
            TimeoutMs = r.ReadInt32(nameof(TimeoutMs)),
            TopicData = r.ReadArray<TopicProduceData>(nameof(TopicData), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 3) w.WriteNullableString(TransactionalId);
        w.WriteInt16(Acks);
        w.WriteInt32(TimeoutMs);
        w.WriteArray(TopicData, version);
    }

    public sealed class TopicProduceData : IKafkaStruct<TopicProduceData>
    {
        public string Name { get; set; } = "";
        public PartitionProduceData[] PartitionData { get; set; } = [];

        public static TopicProduceData Read(ref KafkaReader r, short version)
        {
            return new TopicProduceData
            {
                Name = r.ReadTopicName(nameof(Name)),
                PartitionData = r.ReadArray<PartitionProduceData>(nameof(PartitionData), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteArray(PartitionData, version);
        }
    }

    public sealed class PartitionProduceData : IKafkaStruct<PartitionProduceData>
    {
        public int Index { get; set; }
        /// <summary>A slice of the frame, never copied; null as the client sent it.</summary>
        public ReadOnlyMemory<byte>? Records { get; set; }

        public static PartitionProduceData Read(ref KafkaReader r, short version)
        {
            return new PartitionProduceData
            {
                Index = r.ReadInt32(nameof(Index)),
                Records = r.ReadNullableRecords(nameof(Records)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32(Index);
            w.WriteNullableRecords(Records);
        }
    }
}

/// <summary>Where the batches were appended, or why not. Not sent for acks = 0. API key 0, versions 0 to 8.</summary>
public sealed class ProduceResponse : IKafkaMessage<ProduceResponse>
{
    public static ApiKey ApiKey => ApiKey.Produce;
    public static bool IsResponse => true;

    public IReadOnlyList<TopicProduceResponse> Responses { get; set; } = [];
    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    [Since(1)] public int ThrottleTimeMs { get; set; }

    public static ProduceResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new ProduceResponse
        {
            Responses = r.ReadArray<TopicProduceResponse>(nameof(Responses), version),
            ThrottleTimeMs = version >= 1 ? r.ReadInt32(nameof(ThrottleTimeMs)) : 0,
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteArray(Responses, version);
        if (version >= 1) w.WriteInt32(ThrottleTimeMs);
    }

    public sealed class TopicProduceResponse : IKafkaStruct<TopicProduceResponse>
    {
        public string Name { get; set; } = "";
        public IReadOnlyList<PartitionProduceResponse> PartitionResponses { get; set; } = [];

        public static TopicProduceResponse Read(ref KafkaReader r, short version)
        {
            return new TopicProduceResponse
            {
                Name = r.ReadTopicName(nameof(Name)),
                PartitionResponses = r.ReadArray<PartitionProduceResponse>(nameof(PartitionResponses), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteArray(PartitionResponses, version);
        }
    }

    public sealed class PartitionProduceResponse : IKafkaStruct<PartitionProduceResponse>
    {
        public int Index { get; set; }
        public ErrorCode ErrorCode { get; set; }
        /// <summary>Offset given to the first record; -1 with an error.</summary>
        public long BaseOffset { get; set; }
        /// <summary>-1 for CreateTime topics: anything else replaces the timestamps in delivery reports.</summary>
        [Since(2)] public long LogAppendTimeMs { get; set; } = -1;
        /// <summary>-1 when unknown.</summary>
        [Since(5)] public long LogStartOffset { get; set; } = -1;
        /// <summary>The records because of which the batch is refused.</summary>
        [Since(8)] public IReadOnlyList<BatchIndexAndErrorMessage> RecordErrors { get; set; } = [];
        [Since(8)] public string? ErrorMessage { get; set; }

        public static PartitionProduceResponse Read(ref KafkaReader r, short version)
        {
            return new PartitionProduceResponse
            {
                Index = r.ReadInt32(nameof(Index)),
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
                BaseOffset = r.ReadInt64(nameof(BaseOffset)),
                LogAppendTimeMs = version >= 2 ? r.ReadInt64(nameof(LogAppendTimeMs)) : -1,
                LogStartOffset = version >= 5 ? r.ReadInt64(nameof(LogStartOffset)) : -1,
                RecordErrors = version >= 8 ? r.ReadArray<BatchIndexAndErrorMessage>(nameof(RecordErrors), version) : [],
                ErrorMessage = version >= 8 ? r.ReadNullableString(nameof(ErrorMessage)) : null,
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32(Index);
            w.WriteErrorCode(ErrorCode);
            w.WriteInt64(BaseOffset);
            if (version >= 2) w.WriteInt64(LogAppendTimeMs);
            if (version >= 5) w.WriteInt64(LogStartOffset);
            if (version >= 8) w.WriteArray(RecordErrors, version);
            if (version >= 8) w.WriteNullableString(ErrorMessage);
        }
    }

    public sealed class BatchIndexAndErrorMessage : IKafkaStruct<BatchIndexAndErrorMessage>
    {
        /// <summary>Position in the batch of the record that is refused.</summary>
        public int BatchIndex { get; set; }
        public string? BatchIndexErrorMessage { get; set; }

        public static BatchIndexAndErrorMessage Read(ref KafkaReader r, short version)
        {
            return new BatchIndexAndErrorMessage
            {
                BatchIndex = r.ReadInt32(nameof(BatchIndex)),
                BatchIndexErrorMessage = r.ReadNullableString(nameof(BatchIndexErrorMessage)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32(BatchIndex);
            w.WriteNullableString(BatchIndexErrorMessage);
        }
    }
}
