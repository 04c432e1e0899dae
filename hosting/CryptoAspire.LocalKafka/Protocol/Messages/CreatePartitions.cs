namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Raises the number of partitions of topics. API key 37, versions 0 to 1.</summary>
public sealed class CreatePartitionsRequest : IKafkaMessage<CreatePartitionsRequest>
{
    public static ApiKey ApiKey => ApiKey.CreatePartitions;
    public static bool IsResponse => false;

    public CreatePartitionsTopic[] Topics { get; set; } = [];
    public int TimeoutMs { get; set; }
    /// <summary>Check, but change nothing.</summary>
    public bool ValidateOnly { get; set; }

    public static CreatePartitionsRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new CreatePartitionsRequest
        {
            Topics = r.ReadArray<CreatePartitionsTopic>(nameof(Topics), version),
            TimeoutMs = r.ReadInt32(nameof(TimeoutMs)),
            ValidateOnly = r.ReadBoolean(nameof(ValidateOnly)),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteArray(Topics, version);
        w.WriteInt32(TimeoutMs);
        w.WriteBoolean(ValidateOnly);
    }

    public sealed class CreatePartitionsTopic : IKafkaStruct<CreatePartitionsTopic>
    {
        public string Name { get; set; } = "";
        /// <summary>The new total of partitions.</summary>
        public int Count { get; set; }
        /// <summary>Null lets the broker choose.</summary>
        public CreatePartitionsAssignment[]? Assignments { get; set; }

        public static CreatePartitionsTopic Read(ref KafkaReader r, short version)
        {
            return new CreatePartitionsTopic
            {
                Name = r.ReadTopicName(nameof(Name)),
                Count = r.ReadInt32(nameof(Count)),
                Assignments = r.ReadNullableArray<CreatePartitionsAssignment>(nameof(Assignments), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteInt32(Count);
            w.WriteNullableArray(Assignments, version);
        }
    }

    public sealed class CreatePartitionsAssignment : IKafkaStruct<CreatePartitionsAssignment>
    {
        public int[] BrokerIds { get; set; } = [];

        public static CreatePartitionsAssignment Read(ref KafkaReader r, short version)
        {
            return new CreatePartitionsAssignment
            {
                BrokerIds = r.ReadInt32Array(nameof(BrokerIds)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt32Array(BrokerIds);
        }
    }
}

/// <summary>The outcome for each topic. API key 37, versions 0 to 1.</summary>
public sealed class CreatePartitionsResponse : IKafkaMessage<CreatePartitionsResponse>
{
    public static ApiKey ApiKey => ApiKey.CreatePartitions;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    public int ThrottleTimeMs { get; set; }
    public IReadOnlyList<CreatePartitionsTopicResult> Results { get; set; } = [];

    public static CreatePartitionsResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new CreatePartitionsResponse
        {
            ThrottleTimeMs = r.ReadInt32(nameof(ThrottleTimeMs)),
            Results = r.ReadArray<CreatePartitionsTopicResult>(nameof(Results), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteInt32(ThrottleTimeMs);
        w.WriteArray(Results, version);
    }

    public sealed class CreatePartitionsTopicResult : IKafkaStruct<CreatePartitionsTopicResult>
    {
        public string Name { get; set; } = "";
        public ErrorCode ErrorCode { get; set; }
        public string? ErrorMessage { get; set; }

        public static CreatePartitionsTopicResult Read(ref KafkaReader r, short version)
        {
            return new CreatePartitionsTopicResult
            {
                Name = r.ReadTopicName(nameof(Name)),
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
                ErrorMessage = r.ReadNullableString(nameof(ErrorMessage)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteErrorCode(ErrorCode);
            w.WriteNullableString(ErrorMessage);
        }
    }
}
