namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Adds partitions to the running transaction before anything is produced to them. API key 24, versions 0 to 2.</summary>
public sealed class AddPartitionsToTxnRequest : IKafkaMessage<AddPartitionsToTxnRequest>
{
    public static ApiKey ApiKey => ApiKey.AddPartitionsToTxn;
    public static bool IsResponse => false;

    public string TransactionalId { get; set; } = "";
    public long ProducerId { get; set; }
    public short ProducerEpoch { get; set; }
    public AddPartitionsToTxnTopic[] Topics { get; set; } = [];

    public static AddPartitionsToTxnRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new AddPartitionsToTxnRequest
        {
            TransactionalId = r.ReadString(nameof(TransactionalId)),
            ProducerId = r.ReadInt64(nameof(ProducerId)),
            ProducerEpoch = r.ReadInt16(nameof(ProducerEpoch)),
            Topics = r.ReadArray<AddPartitionsToTxnTopic>(nameof(Topics), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteString(TransactionalId);
        w.WriteInt64(ProducerId);
        w.WriteInt16(ProducerEpoch);
        w.WriteArray(Topics, version);
    }

    public sealed class AddPartitionsToTxnTopic : IKafkaStruct<AddPartitionsToTxnTopic>
    {
        public string Name { get; set; } = "";
        public int[] Partitions { get; set; } = [];

        public static AddPartitionsToTxnTopic Read(ref KafkaReader r, short version)
        {
            return new AddPartitionsToTxnTopic
            {
                Name = r.ReadTopicName(nameof(Name)),
                Partitions = r.ReadInt32Array(nameof(Partitions)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteInt32Array(Partitions);
        }
    }
}

/// <summary>The outcome for each partition. API key 24, versions 0 to 2.</summary>
public sealed class AddPartitionsToTxnResponse : IKafkaMessage<AddPartitionsToTxnResponse>
{
    public static ApiKey ApiKey => ApiKey.AddPartitionsToTxn;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    public int ThrottleTimeMs { get; set; }
    public IReadOnlyList<AddPartitionsToTxnTopicResult> Results { get; set; } = [];

    public static AddPartitionsToTxnResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new AddPartitionsToTxnResponse
        {
            ThrottleTimeMs = r.ReadInt32(nameof(ThrottleTimeMs)),
            Results = r.ReadArray<AddPartitionsToTxnTopicResult>(nameof(Results), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteInt32(ThrottleTimeMs);
        w.WriteArray(Results, version);
    }

    public sealed class AddPartitionsToTxnTopicResult : IKafkaStruct<AddPartitionsToTxnTopicResult>
    {
        public string Name { get; set; } = "";
        public IReadOnlyList<AddPartitionsToTxnPartitionResult> ResultsByPartition { get; set; } = [];

        public static AddPartitionsToTxnTopicResult Read(ref KafkaReader r, short version)
        {
            return new AddPartitionsToTxnTopicResult
            {
                Name = r.ReadTopicName(nameof(Name)),
                ResultsByPartition = r.ReadArray<AddPartitionsToTxnPartitionResult>(nameof(ResultsByPartition), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteArray(ResultsByPartition, version);
        }
    }

    public sealed class AddPartitionsToTxnPartitionResult : IKafkaStruct<AddPartitionsToTxnPartitionResult>
    {
        public int PartitionIndex { get; set; }
        public ErrorCode ErrorCode { get; set; }

        public static AddPartitionsToTxnPartitionResult Read(ref KafkaReader r, short version)
        {
            return new AddPartitionsToTxnPartitionResult
            {
                PartitionIndex = r.ReadInt32(nameof(PartitionIndex)),
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32(PartitionIndex);
            w.WriteErrorCode(ErrorCode);
        }
    }
}
