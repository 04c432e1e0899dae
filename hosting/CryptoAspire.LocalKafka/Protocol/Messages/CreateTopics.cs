namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Creates topics. API key 19, versions 0 to 4.</summary>
public sealed class CreateTopicsRequest : IKafkaMessage<CreateTopicsRequest>
{
    public static ApiKey ApiKey => ApiKey.CreateTopics;
    public static bool IsResponse => false;

    public CreatableTopic[] Topics { get; set; } = [];
    public int TimeoutMs { get; set; } = 60000;
    /// <summary>Check, but change nothing.</summary>
    [Since(1)] public bool ValidateOnly { get; set; }

    public static CreateTopicsRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new CreateTopicsRequest
        {
            Topics = r.ReadArray<CreatableTopic>(nameof(Topics), version),
            TimeoutMs = r.ReadInt32(nameof(TimeoutMs)),
            ValidateOnly = version >= 1 && r.ReadBoolean(nameof(ValidateOnly)),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteArray(Topics, version);
        w.WriteInt32(TimeoutMs);
        if (version >= 1) w.WriteBoolean(ValidateOnly);
    }

    public sealed class CreatableTopic : IKafkaStruct<CreatableTopic>
    {
        public string Name { get; set; } = "";
        /// <summary>-1 for the broker's default.</summary>
        public int NumPartitions { get; set; }
        /// <summary>-1 for the broker's default.</summary>
        public short ReplicationFactor { get; set; }
        /// <summary>Empty lets the broker choose.</summary>
        public CreatableReplicaAssignment[] Assignments { get; set; } = [];
        public CreatableTopicConfig[] Configs { get; set; } = [];

        public static CreatableTopic Read(ref KafkaReader r, short version)
        {
            return new CreatableTopic
            {
                Name = r.ReadTopicName(nameof(Name)),
                NumPartitions = r.ReadInt32(nameof(NumPartitions)),
                ReplicationFactor = r.ReadInt16(nameof(ReplicationFactor)),
                Assignments = r.ReadArray<CreatableReplicaAssignment>(nameof(Assignments), version),
                Configs = r.ReadArray<CreatableTopicConfig>(nameof(Configs), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteInt32(NumPartitions);
            w.WriteInt16(ReplicationFactor);
            w.WriteArray(Assignments, version);
            w.WriteArray(Configs, version);
        }
    }

    public sealed class CreatableReplicaAssignment : IKafkaStruct<CreatableReplicaAssignment>
    {
        public int PartitionIndex { get; set; }
        public int[] BrokerIds { get; set; } = [];

        public static CreatableReplicaAssignment Read(ref KafkaReader r, short version)
        {
            return new CreatableReplicaAssignment
            {
                PartitionIndex = r.ReadInt32(nameof(PartitionIndex)),
                BrokerIds = r.ReadInt32Array(nameof(BrokerIds)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32(PartitionIndex);
            w.WriteInt32Array(BrokerIds);
        }
    }

    public sealed class CreatableTopicConfig : IKafkaStruct<CreatableTopicConfig>
    {
        public string Name { get; set; } = "";
        public string? Value { get; set; }

        public static CreatableTopicConfig Read(ref KafkaReader r, short version)
        {
            return new CreatableTopicConfig
            {
                Name = r.ReadString(nameof(Name)),
                Value = r.ReadNullableString(nameof(Value)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteNullableString(Value);
        }
    }
}

/// <summary>The outcome for each topic. API key 19, versions 0 to 4.</summary>
public sealed class CreateTopicsResponse : IKafkaMessage<CreateTopicsResponse>
{
    public static ApiKey ApiKey => ApiKey.CreateTopics;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    [Since(2)] public int ThrottleTimeMs { get; set; }
    public IReadOnlyList<CreatableTopicResult> Topics { get; set; } = [];

    public static CreateTopicsResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new CreateTopicsResponse
        {
            ThrottleTimeMs = version >= 2 ? r.ReadInt32(nameof(ThrottleTimeMs)) : 0,
            Topics = r.ReadArray<CreatableTopicResult>(nameof(Topics), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 2) w.WriteInt32(ThrottleTimeMs);
        w.WriteArray(Topics, version);
    }

    public sealed class CreatableTopicResult : IKafkaStruct<CreatableTopicResult>
    {
        public string Name { get; set; } = "";
        public ErrorCode ErrorCode { get; set; }
        [Since(1)] public string? ErrorMessage { get; set; }

        public static CreatableTopicResult Read(ref KafkaReader r, short version)
        {
            return new CreatableTopicResult
            {
                Name = r.ReadTopicName(nameof(Name)),
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
                ErrorMessage = version >= 1 ? r.ReadNullableString(nameof(ErrorMessage)) : null,
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteErrorCode(ErrorCode);
            if (version >= 1) w.WriteNullableString(ErrorMessage);
        }
    }
}
