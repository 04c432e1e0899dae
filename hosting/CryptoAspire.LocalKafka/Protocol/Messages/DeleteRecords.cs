namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Deletes the records before an offset. API key 21, versions 0 to 1.</summary>
public sealed class DeleteRecordsRequest : IKafkaMessage<DeleteRecordsRequest>
{
    public static ApiKey ApiKey => ApiKey.DeleteRecords;
    public static bool IsResponse => false;

    public DeleteRecordsTopic[] Topics { get; set; } = [];
    public int TimeoutMs { get; set; }

    public static DeleteRecordsRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new DeleteRecordsRequest
        {
            Topics = r.ReadArray<DeleteRecordsTopic>(nameof(Topics), version),
            TimeoutMs = r.ReadInt32(nameof(TimeoutMs)),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteArray(Topics, version);
        w.WriteInt32(TimeoutMs);
    }

    public sealed class DeleteRecordsTopic : IKafkaStruct<DeleteRecordsTopic>
    {
        public string Name { get; set; } = "";
        public DeleteRecordsPartition[] Partitions { get; set; } = [];

        public static DeleteRecordsTopic Read(ref KafkaReader r, short version)
        {
            return new DeleteRecordsTopic
            {
                Name = r.ReadTopicName(nameof(Name)),
                Partitions = r.ReadArray<DeleteRecordsPartition>(nameof(Partitions), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteArray(Partitions, version);
        }
    }

    public sealed class DeleteRecordsPartition : IKafkaStruct<DeleteRecordsPartition>
    {
        public int PartitionIndex { get; set; }
        /// <summary>The first offset to keep; -1 for the high watermark.</summary>
        public long Offset { get; set; }

        public static DeleteRecordsPartition Read(ref KafkaReader r, short version)
        {
            return new DeleteRecordsPartition
            {
                PartitionIndex = r.ReadInt32(nameof(PartitionIndex)),
                Offset = r.ReadInt64(nameof(Offset)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32(PartitionIndex);
            w.WriteInt64(Offset);
        }
    }
}

/// <summary>The partitions' new first offsets. API key 21, versions 0 to 1.</summary>
public sealed class DeleteRecordsResponse : IKafkaMessage<DeleteRecordsResponse>
{
    public static ApiKey ApiKey => ApiKey.DeleteRecords;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    public int ThrottleTimeMs { get; set; }
    public IReadOnlyList<DeleteRecordsTopicResult> Topics { get; set; } = [];

    public static DeleteRecordsResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new DeleteRecordsResponse
        {
            ThrottleTimeMs = r.ReadInt32(nameof(ThrottleTimeMs)),
            Topics = r.ReadArray<DeleteRecordsTopicResult>(nameof(Topics), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteInt32(ThrottleTimeMs);
        w.WriteArray(Topics, version);
    }

    public sealed class DeleteRecordsTopicResult : IKafkaStruct<DeleteRecordsTopicResult>
    {
        public string Name { get; set; } = "";
        public IReadOnlyList<DeleteRecordsPartitionResult> Partitions { get; set; } = [];

        public static DeleteRecordsTopicResult Read(ref KafkaReader r, short version)
        {
            return new DeleteRecordsTopicResult
            {
                Name = r.ReadTopicName(nameof(Name)),
                Partitions = r.ReadArray<DeleteRecordsPartitionResult>(nameof(Partitions), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteArray(Partitions, version);
        }
    }

    public sealed class DeleteRecordsPartitionResult : IKafkaStruct<DeleteRecordsPartitionResult>
    {
        public int PartitionIndex { get; set; }
        /// <summary>The first offset that is left; -1 with an error.</summary>
        public long LowWatermark { get; set; }
        public ErrorCode ErrorCode { get; set; }

        public static DeleteRecordsPartitionResult Read(ref KafkaReader r, short version)
        {
            return new DeleteRecordsPartitionResult
            {
                PartitionIndex = r.ReadInt32(nameof(PartitionIndex)),
                LowWatermark = r.ReadInt64(nameof(LowWatermark)),
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32(PartitionIndex);
            w.WriteInt64(LowWatermark);
            w.WriteErrorCode(ErrorCode);
        }
    }
}
