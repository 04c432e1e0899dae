namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Asks where a leader epoch ended, to find out whether a log was truncated. API key 23, versions 0 to 2.</summary>
public sealed class OffsetForLeaderEpochRequest : IKafkaMessage<OffsetForLeaderEpochRequest>
{
    public static ApiKey ApiKey => ApiKey.OffsetForLeaderEpoch;
    public static bool IsResponse => false;

    public OffsetForLeaderTopic[] Topics { get; set; } = [];

    public static OffsetForLeaderEpochRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new OffsetForLeaderEpochRequest
        {
            Topics = r.ReadArray<OffsetForLeaderTopic>(nameof(Topics), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteArray(Topics, version);
    }

    public sealed class OffsetForLeaderTopic : IKafkaStruct<OffsetForLeaderTopic>
    {
        public string Topic { get; set; } = "";
        public OffsetForLeaderPartition[] Partitions { get; set; } = [];

        public static OffsetForLeaderTopic Read(ref KafkaReader r, short version)
        {
            return new OffsetForLeaderTopic
            {
                Topic = r.ReadTopicName(nameof(Topic)),
                Partitions = r.ReadArray<OffsetForLeaderPartition>(nameof(Partitions), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Topic);
            w.WriteArray(Partitions, version);
        }
    }

    public sealed class OffsetForLeaderPartition : IKafkaStruct<OffsetForLeaderPartition>
    {
        public int Partition { get; set; }
        /// <summary>The epoch that the client believes in; -1 skips the check.</summary>
        [Since(2)] public int CurrentLeaderEpoch { get; set; } = -1;
        public int LeaderEpoch { get; set; }

        public static OffsetForLeaderPartition Read(ref KafkaReader r, short version)
        {
            return new OffsetForLeaderPartition
            {
                Partition = r.ReadInt32(nameof(Partition)),
                CurrentLeaderEpoch = version >= 2 ? r.ReadInt32(nameof(CurrentLeaderEpoch)) : -1,
                LeaderEpoch = r.ReadInt32(nameof(LeaderEpoch)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32(Partition);
            if (version >= 2) w.WriteInt32(CurrentLeaderEpoch);
            w.WriteInt32(LeaderEpoch);
        }
    }
}

/// <summary>The end offsets of the epochs. API key 23, versions 0 to 2.</summary>
public sealed class OffsetForLeaderEpochResponse : IKafkaMessage<OffsetForLeaderEpochResponse>
{
    public static ApiKey ApiKey => ApiKey.OffsetForLeaderEpoch;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    [Since(2)] public int ThrottleTimeMs { get; set; }
    public IReadOnlyList<OffsetForLeaderTopicResult> Topics { get; set; } = [];

    public static OffsetForLeaderEpochResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new OffsetForLeaderEpochResponse
        {
            ThrottleTimeMs = version >= 2 ? r.ReadInt32(nameof(ThrottleTimeMs)) : 0,
            Topics = r.ReadArray<OffsetForLeaderTopicResult>(nameof(Topics), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 2) w.WriteInt32(ThrottleTimeMs);
        w.WriteArray(Topics, version);
    }

    public sealed class OffsetForLeaderTopicResult : IKafkaStruct<OffsetForLeaderTopicResult>
    {
        public string Topic { get; set; } = "";
        public IReadOnlyList<EpochEndOffset> Partitions { get; set; } = [];

        public static OffsetForLeaderTopicResult Read(ref KafkaReader r, short version)
        {
            return new OffsetForLeaderTopicResult
            {
                Topic = r.ReadTopicName(nameof(Topic)),
                Partitions = r.ReadArray<EpochEndOffset>(nameof(Partitions), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Topic);
            w.WriteArray(Partitions, version);
        }
    }

    public sealed class EpochEndOffset : IKafkaStruct<EpochEndOffset>
    {
        public ErrorCode ErrorCode { get; set; }
        public int Partition { get; set; }
        [Since(1)] public int LeaderEpoch { get; set; } = -1;
        /// <summary>End of the epoch; -1 when unknown.</summary>
        public long EndOffset { get; set; } = -1;

        public static EpochEndOffset Read(ref KafkaReader r, short version)
        {
            return new EpochEndOffset
            {
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
                Partition = r.ReadInt32(nameof(Partition)),
                LeaderEpoch = version >= 1 ? r.ReadInt32(nameof(LeaderEpoch)) : -1,
                EndOffset = r.ReadInt64(nameof(EndOffset)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteErrorCode(ErrorCode);
            w.WriteInt32(Partition);
            if (version >= 1) w.WriteInt32(LeaderEpoch);
            w.WriteInt64(EndOffset);
        }
    }
}
