namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Changes single configuration values of a resource. API key 44, version 0.</summary>
public sealed class IncrementalAlterConfigsRequest : IKafkaMessage<IncrementalAlterConfigsRequest>
{
    public static ApiKey ApiKey => ApiKey.IncrementalAlterConfigs;
    public static bool IsResponse => false;

    public AlterConfigsResource[] Resources { get; set; } = [];
    /// <summary>Check, but change nothing.</summary>
    public bool ValidateOnly { get; set; }

    public static IncrementalAlterConfigsRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new IncrementalAlterConfigsRequest
        {
            Resources = r.ReadArray<AlterConfigsResource>(nameof(Resources), version),
            ValidateOnly = r.ReadBoolean(nameof(ValidateOnly)),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteArray(Resources, version);
        w.WriteBoolean(ValidateOnly);
    }

    public sealed class AlterConfigsResource : IKafkaStruct<AlterConfigsResource>
    {
        /// <summary>2 topic, 4 broker.</summary>
        public sbyte ResourceType { get; set; }
        public string ResourceName { get; set; } = "";
        public AlterableConfig[] Configs { get; set; } = [];

        public static AlterConfigsResource Read(ref KafkaReader r, short version)
        {
            return new AlterConfigsResource
            {
                ResourceType = r.ReadInt8(nameof(ResourceType)),
                ResourceName = r.ReadString(nameof(ResourceName)),
                Configs = r.ReadArray<AlterableConfig>(nameof(Configs), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt8(ResourceType);
            w.WriteString(ResourceName);
            w.WriteArray(Configs, version);
        }
    }

    public sealed class AlterableConfig : IKafkaStruct<AlterableConfig>
    {
        public string Name { get; set; } = "";
        /// <summary>0 set, 1 delete, 2 append, 3 subtract.</summary>
        public sbyte ConfigOperation { get; set; }
        public string? Value { get; set; }

        public static AlterableConfig Read(ref KafkaReader r, short version)
        {
            return new AlterableConfig
            {
                Name = r.ReadString(nameof(Name)),
                ConfigOperation = r.ReadInt8(nameof(ConfigOperation)),
                Value = r.ReadNullableString(nameof(Value)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteInt8(ConfigOperation);
            w.WriteNullableString(Value);
        }
    }
}

/// <summary>The outcome for each resource. API key 44, version 0.</summary>
public sealed class IncrementalAlterConfigsResponse : IKafkaMessage<IncrementalAlterConfigsResponse>
{
    public static ApiKey ApiKey => ApiKey.IncrementalAlterConfigs;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    public int ThrottleTimeMs { get; set; }
    public IReadOnlyList<AlterConfigsResourceResponse> Responses { get; set; } = [];

    public static IncrementalAlterConfigsResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new IncrementalAlterConfigsResponse
        {
            ThrottleTimeMs = r.ReadInt32(nameof(ThrottleTimeMs)),
            Responses = r.ReadArray<AlterConfigsResourceResponse>(nameof(Responses), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteInt32(ThrottleTimeMs);
        w.WriteArray(Responses, version);
    }

    public sealed class AlterConfigsResourceResponse : IKafkaStruct<AlterConfigsResourceResponse>
    {
        public ErrorCode ErrorCode { get; set; }
        public string? ErrorMessage { get; set; }
        /// <summary>2 topic, 4 broker.</summary>
        public sbyte ResourceType { get; set; }
        public string ResourceName { get; set; } = "";

        public static AlterConfigsResourceResponse Read(ref KafkaReader r, short version)
        {
            return new AlterConfigsResourceResponse
            {
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
                ErrorMessage = r.ReadNullableString(nameof(ErrorMessage)),
                ResourceType = r.ReadInt8(nameof(ResourceType)),
                ResourceName = r.ReadString(nameof(ResourceName)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteErrorCode(ErrorCode);
            w.WriteNullableString(ErrorMessage);
            w.WriteInt8(ResourceType);
            w.WriteString(ResourceName);
        }
    }
}
