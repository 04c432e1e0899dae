namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Asks for the offset of a point in time, of the start or of the end of partitions. API key 2, versions 0 to 5.</summary>
public sealed class ListOffsetsRequest : IKafkaMessage<ListOffsetsRequest>
{
    public static ApiKey ApiKey => ApiKey.ListOffsets;
    public static bool IsResponse => false;

    /// <summary>-1 for a consumer.</summary>
    public int ReplicaId { get; set; }
    /// <summary>0 read_uncommitted, 1 read_committed.</summary>
    [Since(2)] public sbyte IsolationLevel { get; set; }
    public ListOffsetsTopic[] Topics { get; set; } = [];

    public static ListOffsetsRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new ListOffsetsRequest
        {
            ReplicaId = r.ReadInt32(nameof(ReplicaId)),
            IsolationLevel = version >= 2 ? r.ReadInt8(nameof(IsolationLevel)) : (sbyte)0,
            Topics = r.ReadArray<ListOffsetsTopic>(nameof(Topics), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteInt32(ReplicaId);
        if (version >= 2) w.WriteInt8(IsolationLevel);
        w.WriteArray(Topics, version);
    }

    public sealed class ListOffsetsTopic : IKafkaStruct<ListOffsetsTopic>
    {
        public string Name { get; set; } = "";
        public ListOffsetsPartition[] Partitions { get; set; } = [];

        public static ListOffsetsTopic Read(ref KafkaReader r, short version)
        {
            return new ListOffsetsTopic
            {
                Name = r.ReadTopicName(nameof(Name)),
                Partitions = r.ReadArray<ListOffsetsPartition>(nameof(Partitions), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteArray(Partitions, version);
        }
    }

    public sealed class ListOffsetsPartition : IKafkaStruct<ListOffsetsPartition>
    {
        public int PartitionIndex { get; set; }
        /// <summary>The epoch that the client believes in; -1 skips the check.</summary>
        [Since(4)] public int CurrentLeaderEpoch { get; set; } = -1;
        /// <summary>Unix milliseconds; -1 the end, -2 the start.</summary>
        public long Timestamp { get; set; }
        /// <summary>How many offsets to return at most.</summary>
        [Until(0)] public int MaxNumOffsets { get; set; } = 1;

        public static ListOffsetsPartition Read(ref KafkaReader r, short version)
        {
            return new ListOffsetsPartition
            {
                PartitionIndex = r.ReadInt32(nameof(PartitionIndex)),
                CurrentLeaderEpoch = version >= 4 ? r.ReadInt32(nameof(CurrentLeaderEpoch)) : -1,
                Timestamp = r.ReadInt64(nameof(Timestamp)),
                MaxNumOffsets = version <= 0 ? r.ReadInt32(nameof(MaxNumOffsets)) : 1,
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32(PartitionIndex);
            if (version >= 4) w.WriteInt32(CurrentLeaderEpoch);
            w.WriteInt64(Timestamp);
            if (version <= 0) w.WriteInt32(MaxNumOffsets);
        }
    }
}

/// <summary>The offsets found; -1 where no record is young enough. API key 2, versions 0 to 5.</summary>
public sealed class ListOffsetsResponse : IKafkaMessage<ListOffsetsResponse>
{
    public static ApiKey ApiKey => ApiKey.ListOffsets;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    [Since(2)] public int ThrottleTimeMs { get; set; }
    public IReadOnlyList<ListOffsetsTopicResponse> Topics { get; set; } = [];

    public static ListOffsetsResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new ListOffsetsResponse
        {
            ThrottleTimeMs = version >= 2 ? r.ReadInt32(nameof(ThrottleTimeMs)) : 0,
            Topics = r.ReadArray<ListOffsetsTopicResponse>(nameof(Topics), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 2) w.WriteInt32(ThrottleTimeMs);
        w.WriteArray(Topics, version);
    }

    public sealed class ListOffsetsTopicResponse : IKafkaStruct<ListOffsetsTopicResponse>
    {
        public string Name { get; set; } = "";
        public IReadOnlyList<ListOffsetsPartitionResponse> Partitions { get; set; } = [];

        public static ListOffsetsTopicResponse Read(ref KafkaReader r, short version)
        {
            return new ListOffsetsTopicResponse
            {
                Name = r.ReadTopicName(nameof(Name)),
                Partitions = r.ReadArray<ListOffsetsPartitionResponse>(nameof(Partitions), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteArray(Partitions, version);
        }
    }

    public sealed class ListOffsetsPartitionResponse : IKafkaStruct<ListOffsetsPartitionResponse>
    {
        public int PartitionIndex { get; set; }
        public ErrorCode ErrorCode { get; set; }
        /// <summary>Descending offsets of segment starts.</summary>
        [Until(0)] public IReadOnlyList<long> OldStyleOffsets { get; set; } = [];
        [Since(1)] public long Timestamp { get; set; } = -1;
        [Since(1)] public long Offset { get; set; } = -1;
        [Since(4)] public int LeaderEpoch { get; set; } = -1;

        public static ListOffsetsPartitionResponse Read(ref KafkaReader r, short version)
        {
            return new ListOffsetsPartitionResponse
            {
                PartitionIndex = r.ReadInt32(nameof(PartitionIndex)),
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
                OldStyleOffsets = version <= 0 ? r.ReadInt64Array(nameof(OldStyleOffsets)) : [],
                Timestamp = version >= 1 ? r.ReadInt64(nameof(Timestamp)) : -1,
                Offset = version >= 1 ? r.ReadInt64(nameof(Offset)) : -1,
                LeaderEpoch = version >= 4 ? r.ReadInt32(nameof(LeaderEpoch)) : -1,
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32(PartitionIndex);
            w.WriteErrorCode(ErrorCode);
            if (version <= 0) w.WriteInt64Array(OldStyleOffsets);
            if (version >= 1) w.WriteInt64(Timestamp);
            if (version >= 1) w.WriteInt64(Offset);
            if (version >= 4) w.WriteInt32(LeaderEpoch);
        }
    }
}
