namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Stores a group's offsets that take effect when the transaction commits. API key 28, versions 0 to 3, flexible from 3.</summary>
public sealed class TxnOffsetCommitRequest : IKafkaMessage<TxnOffsetCommitRequest>
{
    public static ApiKey ApiKey => ApiKey.TxnOffsetCommit;
    public static bool IsResponse => false;

    public string TransactionalId { get; set; } = "";
    public string GroupId { get; set; } = "";
    public long ProducerId { get; set; }
    public short ProducerEpoch { get; set; }
    [Since(3)] public int GenerationId { get; set; } = -1;
    [Since(3)] public string MemberId { get; set; } = "";
    /// <summary>Static membership (KIP-345); null for a dynamic member.</summary>
    [Since(3)] public string? GroupInstanceId { get; set; }
    public TxnOffsetCommitRequestTopic[] Topics { get; set; } = [];

    public static TxnOffsetCommitRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        var m = new TxnOffsetCommitRequest
        {
            TransactionalId = r.ReadString(nameof(TransactionalId)),
            GroupId = r.ReadString(nameof(GroupId)),
            ProducerId = r.ReadInt64(nameof(ProducerId)),
            ProducerEpoch = r.ReadInt16(nameof(ProducerEpoch)),
            GenerationId = version >= 3 ? r.ReadInt32(nameof(GenerationId)) : -1,
            MemberId = version >= 3 ? r.ReadString(nameof(MemberId)) : "",
            GroupInstanceId = version >= 3 ? r.ReadNullableString(nameof(GroupInstanceId)) : null,
            Topics = r.ReadArray<TxnOffsetCommitRequestTopic>(nameof(Topics), version),
        };
        r.SkipTaggedFields();
        return m;
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteString(TransactionalId);
        w.WriteString(GroupId);
        w.WriteInt64(ProducerId);
        w.WriteInt16(ProducerEpoch);
        if (version >= 3) w.WriteInt32(GenerationId);
        if (version >= 3) w.WriteString(MemberId);
        if (version >= 3) w.WriteNullableString(GroupInstanceId);
        w.WriteArray(Topics, version);
        w.WriteTaggedFields();
    }

    public sealed class TxnOffsetCommitRequestTopic : IKafkaStruct<TxnOffsetCommitRequestTopic>
    {
        public string Name { get; set; } = "";
        public TxnOffsetCommitRequestPartition[] Partitions { get; set; } = [];

        public static TxnOffsetCommitRequestTopic Read(ref KafkaReader r, short version)
        {
            var m = new TxnOffsetCommitRequestTopic
            {
                Name = r.ReadTopicName(nameof(Name)),
                Partitions = r.ReadArray<TxnOffsetCommitRequestPartition>(nameof(Partitions), version),
            };
            r.SkipTaggedFields();
            return m;
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteArray(Partitions, version);
            w.WriteTaggedFields();
        }
    }

    public sealed class TxnOffsetCommitRequestPartition : IKafkaStruct<TxnOffsetCommitRequestPartition>
    {
        public int PartitionIndex { get; set; }
        /// <summary>The next offset to read; -1 for none.</summary>
        public long CommittedOffset { get; set; }
        /// <summary>-1 when unknown; given back as it was committed.</summary>
        [Since(2)] public int CommittedLeaderEpoch { get; set; } = -1;
        /// <summary>The consumer's own note, given back by OffsetFetch.</summary>
        public string? CommittedMetadata { get; set; }

        public static TxnOffsetCommitRequestPartition Read(ref KafkaReader r, short version)
        {
            var m = new TxnOffsetCommitRequestPartition
            {
                PartitionIndex = r.ReadInt32(nameof(PartitionIndex)),
                CommittedOffset = r.ReadInt64(nameof(CommittedOffset)),
                CommittedLeaderEpoch = version >= 2 ? r.ReadInt32(nameof(CommittedLeaderEpoch)) : -1,
                CommittedMetadata = r.ReadNullableString(nameof(CommittedMetadata)),
            };
            r.SkipTaggedFields();
            return m;
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32(PartitionIndex);
            w.WriteInt64(CommittedOffset);
            if (version >= 2) w.WriteInt32(CommittedLeaderEpoch);
            w.WriteNullableString(CommittedMetadata);
            w.WriteTaggedFields();
        }
    }
}

/// <summary>The outcome for each partition. API key 28, versions 0 to 3, flexible from 3.</summary>
public sealed class TxnOffsetCommitResponse : IKafkaMessage<TxnOffsetCommitResponse>
{
    public static ApiKey ApiKey => ApiKey.TxnOffsetCommit;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    public int ThrottleTimeMs { get; set; }
    public IReadOnlyList<TxnOffsetCommitResponseTopic> Topics { get; set; } = [];

    public static TxnOffsetCommitResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        var m = new TxnOffsetCommitResponse
        {
            ThrottleTimeMs = r.ReadInt32(nameof(ThrottleTimeMs)),
            Topics = r.ReadArray<TxnOffsetCommitResponseTopic>(nameof(Topics), version),
        };
        r.SkipTaggedFields();
        return m;
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteInt32(ThrottleTimeMs);
        w.WriteArray(Topics, version);
        w.WriteTaggedFields();
    }

    public sealed class TxnOffsetCommitResponseTopic : IKafkaStruct<TxnOffsetCommitResponseTopic>
    {
        public string Name { get; set; } = "";
        public IReadOnlyList<TxnOffsetCommitResponsePartition> Partitions { get; set; } = [];

        public static TxnOffsetCommitResponseTopic Read(ref KafkaReader r, short version)
        {
            var m = new TxnOffsetCommitResponseTopic
            {
                Name = r.ReadTopicName(nameof(Name)),
                Partitions = r.ReadArray<TxnOffsetCommitResponsePartition>(nameof(Partitions), version),
            };
            r.SkipTaggedFields();
            return m;
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteArray(Partitions, version);
            w.WriteTaggedFields();
        }
    }

    public sealed class TxnOffsetCommitResponsePartition : IKafkaStruct<TxnOffsetCommitResponsePartition>
    {
        public int PartitionIndex { get; set; }
        public ErrorCode ErrorCode { get; set; }

        public static TxnOffsetCommitResponsePartition Read(ref KafkaReader r, short version)
        {
            var m = new TxnOffsetCommitResponsePartition
            {
                PartitionIndex = r.ReadInt32(nameof(PartitionIndex)),
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
            };
            r.SkipTaggedFields();
            return m;
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32(PartitionIndex);
            w.WriteErrorCode(ErrorCode);
            w.WriteTaggedFields();
        }
    }
}
