namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Asks how far a consumer group has read. API key 9, versions 0 to 7, flexible from 6.</summary>
public sealed class OffsetFetchRequest : IKafkaMessage<OffsetFetchRequest>
{
    public static ApiKey ApiKey => ApiKey.OffsetFetch;
    public static bool IsResponse => false;

    public string GroupId { get; set; } = "";
    /// <summary>Null asks for every topic with an offset.</summary>
    [NullableSince(2)] public OffsetFetchRequestTopic[]? Topics { get; set; }
    /// <summary>Answer error 88 while a transaction has offsets pending.</summary>
    [Since(7)] public bool RequireStable { get; set; }

    public static OffsetFetchRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        var m = new OffsetFetchRequest
        {
            GroupId = r.ReadString(nameof(GroupId)),
            Topics = version >= 2 ? r.ReadNullableArray<OffsetFetchRequestTopic>(nameof(Topics), version)
                : r.ReadArray<OffsetFetchRequestTopic>(nameof(Topics), version),
            RequireStable = version >= 7 && r.ReadBoolean(nameof(RequireStable)),
        };
        r.SkipTaggedFields();
        return m;
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteString(GroupId);
        if (version >= 2) w.WriteNullableArray(Topics, version);
        else w.WriteArray(Topics ?? [], version);
        if (version >= 7) w.WriteBoolean(RequireStable);
        w.WriteTaggedFields();
    }

    public sealed class OffsetFetchRequestTopic : IKafkaStruct<OffsetFetchRequestTopic>
    {
        public string Name { get; set; } = "";
        public int[] PartitionIndexes { get; set; } = [];

        public static OffsetFetchRequestTopic Read(ref KafkaReader r, short version)
        {
            var m = new OffsetFetchRequestTopic
            {
                Name = r.ReadTopicName(nameof(Name)),
                PartitionIndexes = r.ReadInt32Array(nameof(PartitionIndexes)),
            };
            r.SkipTaggedFields();
            return m;
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteInt32Array(PartitionIndexes);
            w.WriteTaggedFields();
        }
    }
}

/// <summary>The committed offsets; -1 with empty metadata and no error where nothing was committed. API key 9, versions 0 to 7, flexible from 6.</summary>
public sealed class OffsetFetchResponse : IKafkaMessage<OffsetFetchResponse>
{
    public static ApiKey ApiKey => ApiKey.OffsetFetch;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    [Since(3)] public int ThrottleTimeMs { get; set; }
    public IReadOnlyList<OffsetFetchResponseTopic> Topics { get; set; } = [];
    [Since(2)] public ErrorCode ErrorCode { get; set; }

    public static OffsetFetchResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        var m = new OffsetFetchResponse
        {
            ThrottleTimeMs = version >= 3 ? r.ReadInt32(nameof(ThrottleTimeMs)) : 0,
            Topics = r.ReadArray<OffsetFetchResponseTopic>(nameof(Topics), version),
            ErrorCode = version >= 2 ? r.ReadErrorCode(nameof(ErrorCode)) : ErrorCode.None,
        };
        r.SkipTaggedFields();
        return m;
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 3) w.WriteInt32(ThrottleTimeMs);
        w.WriteArray(Topics, version);
        if (version >= 2) w.WriteErrorCode(ErrorCode);
        w.WriteTaggedFields();
    }

    public sealed class OffsetFetchResponseTopic : IKafkaStruct<OffsetFetchResponseTopic>
    {
        public string Name { get; set; } = "";
        public IReadOnlyList<OffsetFetchResponsePartition> Partitions { get; set; } = [];

        public static OffsetFetchResponseTopic Read(ref KafkaReader r, short version)
        {
            var m = new OffsetFetchResponseTopic
            {
                Name = r.ReadTopicName(nameof(Name)),
                Partitions = r.ReadArray<OffsetFetchResponsePartition>(nameof(Partitions), version),
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

    public sealed class OffsetFetchResponsePartition : IKafkaStruct<OffsetFetchResponsePartition>
    {
        public int PartitionIndex { get; set; }
        /// <summary>The next offset to read; -1 for none.</summary>
        public long CommittedOffset { get; set; }
        /// <summary>-1 when unknown; given back as it was committed.</summary>
        [Since(5)] public int CommittedLeaderEpoch { get; set; } = -1;
        /// <summary>The note committed with the offset, empty where there is none.</summary>
        public string? Metadata { get; set; }
        public ErrorCode ErrorCode { get; set; }

        public static OffsetFetchResponsePartition Read(ref KafkaReader r, short version)
        {
            var m = new OffsetFetchResponsePartition
            {
                PartitionIndex = r.ReadInt32(nameof(PartitionIndex)),
                CommittedOffset = r.ReadInt64(nameof(CommittedOffset)),
                CommittedLeaderEpoch = version >= 5 ? r.ReadInt32(nameof(CommittedLeaderEpoch)) : -1,
                Metadata = r.ReadNullableString(nameof(Metadata)),
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
            };
            r.SkipTaggedFields();
            return m;
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32(PartitionIndex);
            w.WriteInt64(CommittedOffset);
            if (version >= 5) w.WriteInt32(CommittedLeaderEpoch);
            w.WriteNullableString(Metadata);
            w.WriteErrorCode(ErrorCode);
            w.WriteTaggedFields();
        }
    }
}
