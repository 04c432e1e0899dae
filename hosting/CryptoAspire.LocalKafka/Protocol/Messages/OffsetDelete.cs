namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Deletes a group's offsets of some partitions. API key 47, version 0.</summary>
public sealed class OffsetDeleteRequest : IKafkaMessage<OffsetDeleteRequest>
{
    public static ApiKey ApiKey => ApiKey.OffsetDelete;
    public static bool IsResponse => false;

    public string GroupId { get; set; } = "";
    public OffsetDeleteRequestTopic[] Topics { get; set; } = [];

    public static OffsetDeleteRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new OffsetDeleteRequest
        {
            GroupId = r.ReadString(nameof(GroupId)),
            Topics = r.ReadArray<OffsetDeleteRequestTopic>(nameof(Topics), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteString(GroupId);
        w.WriteArray(Topics, version);
    }

    public sealed class OffsetDeleteRequestTopic : IKafkaStruct<OffsetDeleteRequestTopic>
    {
        public string Name { get; set; } = "";
        public OffsetDeleteRequestPartition[] Partitions { get; set; } = [];

        public static OffsetDeleteRequestTopic Read(ref KafkaReader r, short version)
        {
            return new OffsetDeleteRequestTopic
            {
                Name = r.ReadTopicName(nameof(Name)),
                Partitions = r.ReadArray<OffsetDeleteRequestPartition>(nameof(Partitions), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteArray(Partitions, version);
        }
    }

    public sealed class OffsetDeleteRequestPartition : IKafkaStruct<OffsetDeleteRequestPartition>
    {
        public int PartitionIndex { get; set; }

        public static OffsetDeleteRequestPartition Read(ref KafkaReader r, short version)
        {
            return new OffsetDeleteRequestPartition
            {
                PartitionIndex = r.ReadInt32(nameof(PartitionIndex)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32(PartitionIndex);
        }
    }
}

/// <summary>The outcome, as a whole and for each partition. API key 47, version 0.</summary>
public sealed class OffsetDeleteResponse : IKafkaMessage<OffsetDeleteResponse>
{
    public static ApiKey ApiKey => ApiKey.OffsetDelete;
    public static bool IsResponse => true;

    public ErrorCode ErrorCode { get; set; }
    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    public int ThrottleTimeMs { get; set; }
    public IReadOnlyList<OffsetDeleteResponseTopic> Topics { get; set; } = [];

    public static OffsetDeleteResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new OffsetDeleteResponse
        {
            ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
            ThrottleTimeMs = r.ReadInt32(nameof(ThrottleTimeMs)),
            Topics = r.ReadArray<OffsetDeleteResponseTopic>(nameof(Topics), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteErrorCode(ErrorCode);
        w.WriteInt32(ThrottleTimeMs);
        w.WriteArray(Topics, version);
    }

    public sealed class OffsetDeleteResponseTopic : IKafkaStruct<OffsetDeleteResponseTopic>
    {
        public string Name { get; set; } = "";
        public IReadOnlyList<OffsetDeleteResponsePartition> Partitions { get; set; } = [];

        public static OffsetDeleteResponseTopic Read(ref KafkaReader r, short version)
        {
            return new OffsetDeleteResponseTopic
            {
                Name = r.ReadTopicName(nameof(Name)),
                Partitions = r.ReadArray<OffsetDeleteResponsePartition>(nameof(Partitions), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteArray(Partitions, version);
        }
    }

    public sealed class OffsetDeleteResponsePartition : IKafkaStruct<OffsetDeleteResponsePartition>
    {
        public int PartitionIndex { get; set; }
        public ErrorCode ErrorCode { get; set; }

        public static OffsetDeleteResponsePartition Read(ref KafkaReader r, short version)
        {
            return new OffsetDeleteResponsePartition
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
