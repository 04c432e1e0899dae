using System.Buffers;
using System.Text;

namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Reads record batches from offsets on, waiting for new ones up to a time limit. API key 1, versions 0 to 11.</summary>
public sealed class FetchRequest : IKafkaMessage<FetchRequest>
{
    public static ApiKey ApiKey => ApiKey.Fetch;
    public static bool IsResponse => false;

    /// <summary>-1 for a consumer.</summary>
    public int ReplicaId { get; set; } = -1;
    public int MaxWaitMs { get; set; }
    /// <summary>Answer as soon as so much is there.</summary>
    public int MinBytes { get; set; }
    /// <summary>For the whole response; the first batch comes whatever its size.</summary>
    [Since(3)] public int MaxBytes { get; set; } = int.MaxValue;
    /// <summary>0 read_uncommitted, 1 read_committed.</summary>
    [Since(4)] public sbyte IsolationLevel { get; set; }
    /// <summary>0: no fetch session (KIP-227).</summary>
    [Since(7)] public int SessionId { get; set; }
    /// <summary>-1: no fetch session wanted.</summary>
    [Since(7)] public int SessionEpoch { get; set; } = -1;
    public FetchTopic[] Topics { get; set; } = [];
    /// <summary>Partitions to drop from a fetch session.</summary>
    [Since(7)] public ForgottenTopic[] ForgottenTopicsData { get; set; } = [];
    [Since(11)] public string RackId { get; set; } = "";

    public static FetchRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new FetchRequest
        {
            ReplicaId = r.ReadInt32(nameof(ReplicaId)),
            MaxWaitMs = r.ReadInt32(nameof(MaxWaitMs)),
            MinBytes = r.ReadInt32(nameof(MinBytes)),
            MaxBytes = version >= 3 ? r.ReadInt32(nameof(MaxBytes)) : int.MaxValue,
            IsolationLevel = version >= 4 ? r.ReadInt8(nameof(IsolationLevel)) : (sbyte)0,
            SessionId = version >= 7 ? r.ReadInt32(nameof(SessionId)) : 0,
            SessionEpoch = version >= 7 ? r.ReadInt32(nameof(SessionEpoch)) : -1,
            Topics = r.ReadArray<FetchTopic>(nameof(Topics), version),
            ForgottenTopicsData = version >= 7 ? r.ReadArray<ForgottenTopic>(nameof(ForgottenTopicsData), version) : [],
            RackId = version >= 11 ? r.ReadString(nameof(RackId)) : "",
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteInt32(ReplicaId);
        w.WriteInt32(MaxWaitMs);
        w.WriteInt32(MinBytes);
        if (version >= 3) w.WriteInt32(MaxBytes);
        if (version >= 4) w.WriteInt8(IsolationLevel);
        if (version >= 7) w.WriteInt32(SessionId);
        if (version >= 7) w.WriteInt32(SessionEpoch);
        w.WriteArray(Topics, version);
        if (version >= 7) w.WriteArray(ForgottenTopicsData, version);
        if (version >= 11) w.WriteString(RackId);
    }

    public sealed class FetchTopic : IKafkaStruct<FetchTopic>
    {
        public string Topic { get; set; } = "";
        public FetchPartition[] Partitions { get; set; } = [];

        public static FetchTopic Read(ref KafkaReader r, short version)
        {
            return new FetchTopic
            {
                Topic = r.ReadTopicName(nameof(Topic)),
                Partitions = r.ReadArray<FetchPartition>(nameof(Partitions), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Topic);
            w.WriteArray(Partitions, version);
        }
    }

    public sealed class FetchPartition : IKafkaStruct<FetchPartition>
    {
        public int Partition { get; set; }
        /// <summary>The epoch that the client believes in; -1 skips the check.</summary>
        [Since(9)] public int CurrentLeaderEpoch { get; set; } = -1;
        public long FetchOffset { get; set; }
        /// <summary>-1 when unknown.</summary>
        [Since(5)] public long LogStartOffset { get; set; } = -1;
        /// <summary>For this partition; the first batch comes whatever its size.</summary>
        public int PartitionMaxBytes { get; set; }

        public static FetchPartition Read(ref KafkaReader r, short version)
        {
            return new FetchPartition
            {
                Partition = r.ReadInt32(nameof(Partition)),
                CurrentLeaderEpoch = version >= 9 ? r.ReadInt32(nameof(CurrentLeaderEpoch)) : -1,
                FetchOffset = r.ReadInt64(nameof(FetchOffset)),
                LogStartOffset = version >= 5 ? r.ReadInt64(nameof(LogStartOffset)) : -1,
                PartitionMaxBytes = r.ReadInt32(nameof(PartitionMaxBytes)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32(Partition);
            if (version >= 9) w.WriteInt32(CurrentLeaderEpoch);
            w.WriteInt64(FetchOffset);
            if (version >= 5) w.WriteInt64(LogStartOffset);
            w.WriteInt32(PartitionMaxBytes);
        }
    }

    public sealed class ForgottenTopic : IKafkaStruct<ForgottenTopic>
    {
        public string Topic { get; set; } = "";
        public int[] Partitions { get; set; } = [];

        public static ForgottenTopic Read(ref KafkaReader r, short version)
        {
            return new ForgottenTopic
            {
                Topic = r.ReadTopicName(nameof(Topic)),
                Partitions = r.ReadInt32Array(nameof(Partitions)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Topic);
            w.WriteInt32Array(Partitions);
        }
    }
}

/// <summary>
/// Whole batches from the one with the asked offset on. The server writes the pieces one by one and the record bytes straight from file;
/// see the WriteHeader methods. API key 1, versions 0 to 11.
/// </summary>
public sealed class FetchResponse : IKafkaMessage<FetchResponse>
{
    public static ApiKey ApiKey => ApiKey.Fetch;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    [Since(1)] public int ThrottleTimeMs { get; set; }
    [Since(7)] public ErrorCode ErrorCode { get; set; }
    /// <summary>0: no fetch session (KIP-227).</summary>
    [Since(7)] public int SessionId { get; set; }
    public IReadOnlyList<FetchableTopicResponse> Responses { get; set; } = [];

    public static FetchResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new FetchResponse
        {
            ThrottleTimeMs = version >= 1 ? r.ReadInt32(nameof(ThrottleTimeMs)) : 0,
            ErrorCode = version >= 7 ? r.ReadErrorCode(nameof(ErrorCode)) : ErrorCode.None,
            SessionId = version >= 7 ? r.ReadInt32(nameof(SessionId)) : 0,
            Responses = r.ReadArray<FetchableTopicResponse>(nameof(Responses), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        WriteHeader(w, version, Responses.Count);
        for (var i = 0; i < Responses.Count; i++) Responses[i].Write(w, version);
    }

    /// <summary>Writes everything in front of the first topic; <paramref name="topicCount"/> topics have to follow.</summary>
    public void WriteHeader(KafkaWriter w, short version, int topicCount)
    {
        w.Begin(ApiKey, version);
        if (version >= 1) w.WriteInt32(ThrottleTimeMs);
        if (version >= 7) w.WriteErrorCode(ErrorCode);
        if (version >= 7) w.WriteInt32(SessionId);
        w.WriteInt32(topicCount);
    }

    /// <summary>Bytes that <see cref="WriteHeader"/> writes.</summary>
    public static int HeaderSize(short version) => 4 + (version >= 1 ? 4 : 0) + (version >= 7 ? 6 : 0);

    public sealed class FetchableTopicResponse : IKafkaStruct<FetchableTopicResponse>
    {
        public string Topic { get; set; } = "";
        public IReadOnlyList<PartitionData> Partitions { get; set; } = [];

        public static FetchableTopicResponse Read(ref KafkaReader r, short version)
        {
            return new FetchableTopicResponse
            {
                Topic = r.ReadTopicName(nameof(Topic)),
                Partitions = r.ReadArray<PartitionData>(nameof(Partitions), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            WriteHeader(w, Topic, Partitions.Count);
            for (var i = 0; i < Partitions.Count; i++) Partitions[i].Write(w, version);
        }

        /// <summary>Writes everything in front of the first partition; <paramref name="partitionCount"/> partitions have to follow.</summary>
        public static void WriteHeader(KafkaWriter w, string topic, int partitionCount)
        {
            w.WriteString(topic);
            w.WriteInt32(partitionCount);
        }

        /// <summary>Bytes that <see cref="WriteHeader"/> writes.</summary>
        public static int HeaderSize(string topic) => 2 + Encoding.UTF8.GetByteCount(topic) + 4;
    }

    public sealed class PartitionData : IKafkaStruct<PartitionData>
    {
        public int PartitionIndex { get; set; }
        public ErrorCode ErrorCode { get; set; }
        /// <summary>The end of what may be read; on one node the end of the log.</summary>
        public long HighWatermark { get; set; }
        /// <summary>First offset of the earliest open transaction, else the high watermark.</summary>
        [Since(4)] public long LastStableOffset { get; set; } = -1;
        /// <summary>-1 when unknown.</summary>
        [Since(5)] public long LogStartOffset { get; set; } = -1;
        /// <summary>Null for read_uncommitted; else those that overlap the returned data, by first offset.</summary>
        [Since(4)] public IReadOnlyList<AbortedTransaction>? AbortedTransactions { get; set; }
        /// <summary>-1: read from the leader.</summary>
        [Since(11)] public int PreferredReadReplica { get; set; } = -1;
        /// <summary>For tests and tools; the server sends records from file and leaves this null.</summary>
        public ReadOnlyMemory<byte>? Records { get; set; }

        public static PartitionData Read(ref KafkaReader r, short version)
        {
            return new PartitionData
            {
                PartitionIndex = r.ReadInt32(nameof(PartitionIndex)),
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
                HighWatermark = r.ReadInt64(nameof(HighWatermark)),
                LastStableOffset = version >= 4 ? r.ReadInt64(nameof(LastStableOffset)) : -1,
                LogStartOffset = version >= 5 ? r.ReadInt64(nameof(LogStartOffset)) : -1,
                AbortedTransactions = version >= 4 ? r.ReadNullableArray<AbortedTransaction>(nameof(AbortedTransactions), version) : null,
                PreferredReadReplica = version >= 11 ? r.ReadInt32(nameof(PreferredReadReplica)) : -1,
                Records = r.ReadNullableRecords(nameof(Records)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            WriteHeader(w, version, Records?.Length ?? -1);
            if (Records is { } records) w.Output.Write(records.Span);
        }

        /// <summary>Writes everything in front of the record bytes, of which <paramref name="recordsLength"/> have to follow; -1 for null.</summary>
        public void WriteHeader(KafkaWriter w, short version, int recordsLength)
        {
            w.WriteInt32(PartitionIndex);
            w.WriteErrorCode(ErrorCode);
            w.WriteInt64(HighWatermark);
            if (version >= 4) w.WriteInt64(LastStableOffset);
            if (version >= 5) w.WriteInt64(LogStartOffset);
            if (version >= 4) w.WriteNullableArray(AbortedTransactions, version);
            if (version >= 11) w.WriteInt32(PreferredReadReplica);
            w.WriteInt32(recordsLength);
        }

        /// <summary>Bytes that <see cref="WriteHeader"/> writes.</summary>
        public int HeaderSize(short version) =>
            18 + (version >= 4 ? 8 + 4 + (16 * (AbortedTransactions?.Count ?? 0)) : 0) + (version >= 5 ? 8 : 0) + (version >= 11 ? 4 : 0);
    }

    public sealed class AbortedTransaction : IKafkaStruct<AbortedTransaction>
    {
        /// <summary>Whose transaction it was.</summary>
        public long ProducerId { get; set; }
        public long FirstOffset { get; set; }

        public static AbortedTransaction Read(ref KafkaReader r, short version)
        {
            return new AbortedTransaction
            {
                ProducerId = r.ReadInt64(nameof(ProducerId)),
                FirstOffset = r.ReadInt64(nameof(FirstOffset)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt64(ProducerId);
            w.WriteInt64(FirstOffset);
        }
    }
}
