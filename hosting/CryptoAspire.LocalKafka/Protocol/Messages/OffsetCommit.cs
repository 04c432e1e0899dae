namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Stores how far a consumer group has read. API key 8, versions 0 to 7.</summary>
public sealed class OffsetCommitRequest : IKafkaMessage<OffsetCommitRequest>
{
    public static ApiKey ApiKey => ApiKey.OffsetCommit;
    public static bool IsResponse => false;

    public string GroupId { get; set; } = "";
    [Since(1)] public int GenerationId { get; set; } = -1;
    [Since(1)] public string MemberId { get; set; } = "";
    /// <summary>Static membership (KIP-345); null for a dynamic member.</summary>
    [Since(7)] public string? GroupInstanceId { get; set; }
    /// <summary>How long to keep the offsets; -1 for the broker's default.</summary>
    [Since(2), Until(4)] public long RetentionTimeMs { get; set; } = -1;
    public OffsetCommitRequestTopic[] Topics { get; set; } = [];

    public static OffsetCommitRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new OffsetCommitRequest
        {
            GroupId = r.ReadString(nameof(GroupId)),
            GenerationId = version >= 1 ? r.ReadInt32(nameof(GenerationId)) : -1,
            MemberId = version >= 1 ? r.ReadString(nameof(MemberId)) : "",
            GroupInstanceId = version >= 7 ? r.ReadNullableString(nameof(GroupInstanceId)) : null,
            RetentionTimeMs = version >= 2 && version <= 4 ? r.ReadInt64(nameof(RetentionTimeMs)) : -1,
            Topics = r.ReadArray<OffsetCommitRequestTopic>(nameof(Topics), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteString(GroupId);
        if (version >= 1) w.WriteInt32(GenerationId);
        if (version >= 1) w.WriteString(MemberId);
        if (version >= 7) w.WriteNullableString(GroupInstanceId);
        if (version >= 2 && version <= 4) w.WriteInt64(RetentionTimeMs);
        w.WriteArray(Topics, version);
    }

    public sealed class OffsetCommitRequestTopic : IKafkaStruct<OffsetCommitRequestTopic>
    {
        public string Name { get; set; } = "";
        public OffsetCommitRequestPartition[] Partitions { get; set; } = [];

        public static OffsetCommitRequestTopic Read(ref KafkaReader r, short version)
        {
            return new OffsetCommitRequestTopic
            {
                Name = r.ReadTopicName(nameof(Name)),
                Partitions = r.ReadArray<OffsetCommitRequestPartition>(nameof(Partitions), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteArray(Partitions, version);
        }
    }

    public sealed class OffsetCommitRequestPartition : IKafkaStruct<OffsetCommitRequestPartition>
    {
        public int PartitionIndex { get; set; }
        /// <summary>The next offset to read; -1 for none.</summary>
        public long CommittedOffset { get; set; }
        /// <summary>-1 when unknown; given back as it was committed.</summary>
        [Since(6)] public int CommittedLeaderEpoch { get; set; } = -1;
        /// <summary>Unix milliseconds; -1 means now.</summary>
        [Since(1), Until(1)] public long CommitTimestamp { get; set; } = -1;
        /// <summary>The consumer's own note, given back by OffsetFetch.</summary>
        public string? CommittedMetadata { get; set; }

        public static OffsetCommitRequestPartition Read(ref KafkaReader r, short version)
        {
            return new OffsetCommitRequestPartition
            {
                PartitionIndex = r.ReadInt32(nameof(PartitionIndex)),
                CommittedOffset = r.ReadInt64(nameof(CommittedOffset)),
                CommittedLeaderEpoch = version >= 6 ? r.ReadInt32(nameof(CommittedLeaderEpoch)) : -1,
                CommitTimestamp = version >= 1 && version <= 1 ? r.ReadInt64(nameof(CommitTimestamp)) : -1,
                CommittedMetadata = r.ReadNullableString(nameof(CommittedMetadata)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32(PartitionIndex);
            w.WriteInt64(CommittedOffset);
            if (version >= 6) w.WriteInt32(CommittedLeaderEpoch);
            if (version >= 1 && version <= 1) w.WriteInt64(CommitTimestamp);
            w.WriteNullableString(CommittedMetadata);
        }
    }
}

/// <summary>The outcome for each partition of an offset commit. API key 8, versions 0 to 7.</summary>
public sealed class OffsetCommitResponse : IKafkaMessage<OffsetCommitResponse>
{
    public static ApiKey ApiKey => ApiKey.OffsetCommit;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    [Since(3)] public int ThrottleTimeMs { get; set; }
    public IReadOnlyList<OffsetCommitResponseTopic> Topics { get; set; } = [];

    public static OffsetCommitResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new OffsetCommitResponse
        {
            ThrottleTimeMs = version >= 3 ? r.ReadInt32(nameof(ThrottleTimeMs)) : 0,
            Topics = r.ReadArray<OffsetCommitResponseTopic>(nameof(Topics), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 3) w.WriteInt32(ThrottleTimeMs);
        w.WriteArray(Topics, version);
    }

    public sealed class OffsetCommitResponseTopic : IKafkaStruct<OffsetCommitResponseTopic>
    {
        public string Name { get; set; } = "";
        public IReadOnlyList<OffsetCommitResponsePartition> Partitions { get; set; } = [];

        public static OffsetCommitResponseTopic Read(ref KafkaReader r, short version)
        {
            return new OffsetCommitResponseTopic
            {
                Name = r.ReadTopicName(nameof(Name)),
                Partitions = r.ReadArray<OffsetCommitResponsePartition>(nameof(Partitions), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteArray(Partitions, version);
        }
    }

    public sealed class OffsetCommitResponsePartition : IKafkaStruct<OffsetCommitResponsePartition>
    {
        public int PartitionIndex { get; set; }
        public ErrorCode ErrorCode { get; set; }

        public static OffsetCommitResponsePartition Read(ref KafkaReader r, short version)
        {
            return new OffsetCommitResponsePartition
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
