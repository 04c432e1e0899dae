namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Asks for brokers, topics and partition leaders; the first thing a client does. API key 3, versions 0 to 8.</summary>
public sealed class MetadataRequest : IKafkaMessage<MetadataRequest>
{
    public static ApiKey ApiKey => ApiKey.Metadata;
    public static bool IsResponse => false;

    /// <summary>Null asks for every topic; in version 0, which has no null, empty does.</summary>
    [NullableSince(1)] public MetadataRequestTopic[]? Topics { get; set; }
    [Since(4)] public bool AllowAutoTopicCreation { get; set; } = true;
    [Since(8)] public bool IncludeClusterAuthorizedOperations { get; set; }
    [Since(8)] public bool IncludeTopicAuthorizedOperations { get; set; }

    public static MetadataRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new MetadataRequest
        {
            Topics = version >= 1 ? r.ReadNullableArray<MetadataRequestTopic>(nameof(Topics), version)
                : r.ReadArray<MetadataRequestTopic>(nameof(Topics), version),
            AllowAutoTopicCreation = version >= 4 ? r.ReadBoolean(nameof(AllowAutoTopicCreation)) : true,
            IncludeClusterAuthorizedOperations = version >= 8 && r.ReadBoolean(nameof(IncludeClusterAuthorizedOperations)),
            IncludeTopicAuthorizedOperations = version >= 8 && r.ReadBoolean(nameof(IncludeTopicAuthorizedOperations)),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 1) w.WriteNullableArray(Topics, version);
        else w.WriteArray(Topics ?? [], version);
        if (version >= 4) w.WriteBoolean(AllowAutoTopicCreation);
        if (version >= 8) w.WriteBoolean(IncludeClusterAuthorizedOperations);
        if (version >= 8) w.WriteBoolean(IncludeTopicAuthorizedOperations);
    }

    public sealed class MetadataRequestTopic : IKafkaStruct<MetadataRequestTopic>
    {
        public string Name { get; set; } = "";

        public static MetadataRequestTopic Read(ref KafkaReader r, short version)
        {
            return new MetadataRequestTopic
            {
                Name = r.ReadTopicName(nameof(Name)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
        }
    }
}

/// <summary>Brokers, and for each topic its partitions. API key 3, versions 0 to 8.</summary>
public sealed class MetadataResponse : IKafkaMessage<MetadataResponse>
{
    public static ApiKey ApiKey => ApiKey.Metadata;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    [Since(3)] public int ThrottleTimeMs { get; set; }
    public IReadOnlyList<MetadataResponseBroker> Brokers { get; set; } = [];
    [Since(2)] public string? ClusterId { get; set; }
    /// <summary>Must be a live broker: admin clients wait until it is.</summary>
    [Since(1)] public int ControllerId { get; set; } = -1;
    public IReadOnlyList<MetadataResponseTopic> Topics { get; set; } = [];
    /// <summary>Bit set; int.MinValue when it was not asked for.</summary>
    [Since(8)] public int ClusterAuthorizedOperations { get; set; } = int.MinValue;

    public static MetadataResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new MetadataResponse
        {
            ThrottleTimeMs = version >= 3 ? r.ReadInt32(nameof(ThrottleTimeMs)) : 0,
            Brokers = r.ReadArray<MetadataResponseBroker>(nameof(Brokers), version),
            ClusterId = version >= 2 ? r.ReadNullableString(nameof(ClusterId)) : null,
            ControllerId = version >= 1 ? r.ReadInt32(nameof(ControllerId)) : -1,
            Topics = r.ReadArray<MetadataResponseTopic>(nameof(Topics), version),
            ClusterAuthorizedOperations = version >= 8 ? r.ReadInt32(nameof(ClusterAuthorizedOperations)) : int.MinValue,
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 3) w.WriteInt32(ThrottleTimeMs);
        w.WriteArray(Brokers, version);
        if (version >= 2) w.WriteNullableString(ClusterId);
        if (version >= 1) w.WriteInt32(ControllerId);
        w.WriteArray(Topics, version);
        if (version >= 8) w.WriteInt32(ClusterAuthorizedOperations);
    }

    public sealed class MetadataResponseBroker : IKafkaStruct<MetadataResponseBroker>
    {
        public int NodeId { get; set; }
        public string Host { get; set; } = "";
        public int Port { get; set; }
        [Since(1)] public string? Rack { get; set; }

        public static MetadataResponseBroker Read(ref KafkaReader r, short version)
        {
            return new MetadataResponseBroker
            {
                NodeId = r.ReadInt32(nameof(NodeId)),
                Host = r.ReadString(nameof(Host)),
                Port = r.ReadInt32(nameof(Port)),
                Rack = version >= 1 ? r.ReadNullableString(nameof(Rack)) : null,
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32(NodeId);
            w.WriteString(Host);
            w.WriteInt32(Port);
            if (version >= 1) w.WriteNullableString(Rack);
        }
    }

    public sealed class MetadataResponseTopic : IKafkaStruct<MetadataResponseTopic>
    {
        public ErrorCode ErrorCode { get; set; }
        public string Name { get; set; } = "";
        [Since(1)] public bool IsInternal { get; set; }
        public IReadOnlyList<MetadataResponsePartition> Partitions { get; set; } = [];
        /// <summary>Bit set; int.MinValue when it was not asked for.</summary>
        [Since(8)] public int TopicAuthorizedOperations { get; set; } = int.MinValue;

        public static MetadataResponseTopic Read(ref KafkaReader r, short version)
        {
            return new MetadataResponseTopic
            {
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
                Name = r.ReadTopicName(nameof(Name)),
                IsInternal = version >= 1 && r.ReadBoolean(nameof(IsInternal)),
                Partitions = r.ReadArray<MetadataResponsePartition>(nameof(Partitions), version),
                TopicAuthorizedOperations = version >= 8 ? r.ReadInt32(nameof(TopicAuthorizedOperations)) : int.MinValue,
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteErrorCode(ErrorCode);
            w.WriteString(Name);
            if (version >= 1) w.WriteBoolean(IsInternal);
            w.WriteArray(Partitions, version);
            if (version >= 8) w.WriteInt32(TopicAuthorizedOperations);
        }
    }

    public sealed class MetadataResponsePartition : IKafkaStruct<MetadataResponsePartition>
    {
        public ErrorCode ErrorCode { get; set; }
        public int PartitionIndex { get; set; }
        public int LeaderId { get; set; }
        [Since(7)] public int LeaderEpoch { get; set; } = -1;
        public IReadOnlyList<int> ReplicaNodes { get; set; } = [];
        public IReadOnlyList<int> IsrNodes { get; set; } = [];
        [Since(5)] public IReadOnlyList<int> OfflineReplicas { get; set; } = [];

        public static MetadataResponsePartition Read(ref KafkaReader r, short version)
        {
            return new MetadataResponsePartition
            {
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
                PartitionIndex = r.ReadInt32(nameof(PartitionIndex)),
                LeaderId = r.ReadInt32(nameof(LeaderId)),
                LeaderEpoch = version >= 7 ? r.ReadInt32(nameof(LeaderEpoch)) : -1,
                ReplicaNodes = r.ReadInt32Array(nameof(ReplicaNodes)),
                IsrNodes = r.ReadInt32Array(nameof(IsrNodes)),
                OfflineReplicas = version >= 5 ? r.ReadInt32Array(nameof(OfflineReplicas)) : [],
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteErrorCode(ErrorCode);
            w.WriteInt32(PartitionIndex);
            w.WriteInt32(LeaderId);
            if (version >= 7) w.WriteInt32(LeaderEpoch);
            w.WriteInt32Array(ReplicaNodes);
            w.WriteInt32Array(IsrNodes);
            if (version >= 5) w.WriteInt32Array(OfflineReplicas);
        }
    }
}
