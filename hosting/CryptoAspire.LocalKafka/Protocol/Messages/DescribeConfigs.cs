namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Asks for the configuration of topics or of the broker. API key 32, versions 0 to 3.</summary>
public sealed class DescribeConfigsRequest : IKafkaMessage<DescribeConfigsRequest>
{
    public static ApiKey ApiKey => ApiKey.DescribeConfigs;
    public static bool IsResponse => false;

    public DescribeConfigsResource[] Resources { get; set; } = [];
    [Since(1)] public bool IncludeSynonyms { get; set; }
    [Since(3)] public bool IncludeDocumentation { get; set; }

    public static DescribeConfigsRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new DescribeConfigsRequest
        {
            Resources = r.ReadArray<DescribeConfigsResource>(nameof(Resources), version),
            IncludeSynonyms = version >= 1 && r.ReadBoolean(nameof(IncludeSynonyms)),
            IncludeDocumentation = version >= 3 && r.ReadBoolean(nameof(IncludeDocumentation)),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteArray(Resources, version);
        if (version >= 1) w.WriteBoolean(IncludeSynonyms);
        if (version >= 3) w.WriteBoolean(IncludeDocumentation);
    }

    public sealed class DescribeConfigsResource : IKafkaStruct<DescribeConfigsResource>
    {
        /// <summary>2 topic, 4 broker.</summary>
        public sbyte ResourceType { get; set; }
        public string ResourceName { get; set; } = "";
        /// <summary>Null asks for every key.</summary>
        public string[]? ConfigurationKeys { get; set; }

        public static DescribeConfigsResource Read(ref KafkaReader r, short version)
        {
            return new DescribeConfigsResource
            {
                ResourceType = r.ReadInt8(nameof(ResourceType)),
                ResourceName = r.ReadString(nameof(ResourceName)),
                ConfigurationKeys = r.ReadNullableStringArray(nameof(ConfigurationKeys)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteInt8(ResourceType);
            w.WriteString(ResourceName);
            w.WriteNullableStringArray(ConfigurationKeys);
        }
    }
}

/// <summary>Configuration values and where they come from. API key 32, versions 0 to 3.</summary>
public sealed class DescribeConfigsResponse : IKafkaMessage<DescribeConfigsResponse>
{
    public static ApiKey ApiKey => ApiKey.DescribeConfigs;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    public int ThrottleTimeMs { get; set; }
    public IReadOnlyList<DescribeConfigsResult> Results { get; set; } = [];

    public static DescribeConfigsResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new DescribeConfigsResponse
        {
            ThrottleTimeMs = r.ReadInt32(nameof(ThrottleTimeMs)),
            Results = r.ReadArray<DescribeConfigsResult>(nameof(Results), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteInt32(ThrottleTimeMs);
        w.WriteArray(Results, version);
    }

    public sealed class DescribeConfigsResult : IKafkaStruct<DescribeConfigsResult>
    {
        public ErrorCode ErrorCode { get; set; }
        public string? ErrorMessage { get; set; }
        /// <summary>2 topic, 4 broker.</summary>
        public sbyte ResourceType { get; set; }
        public string ResourceName { get; set; } = "";
        public IReadOnlyList<DescribeConfigsResourceResult> Configs { get; set; } = [];

        public static DescribeConfigsResult Read(ref KafkaReader r, short version)
        {
            return new DescribeConfigsResult
            {
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
                ErrorMessage = r.ReadNullableString(nameof(ErrorMessage)),
                ResourceType = r.ReadInt8(nameof(ResourceType)),
                ResourceName = r.ReadString(nameof(ResourceName)),
                Configs = r.ReadArray<DescribeConfigsResourceResult>(nameof(Configs), version),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteErrorCode(ErrorCode);
            w.WriteNullableString(ErrorMessage);
            w.WriteInt8(ResourceType);
            w.WriteString(ResourceName);
            w.WriteArray(Configs, version);
        }
    }

    public sealed class DescribeConfigsResourceResult : IKafkaStruct<DescribeConfigsResourceResult>
    {
        public string Name { get; set; } = "";
        public string? Value { get; set; }
        public bool ReadOnly { get; set; }
        /// <summary>Replaced by ConfigSource in version 1.</summary>
        [Until(0)] public bool IsDefault { get; set; }
        /// <summary>1 topic, 2 dynamic broker, 4 static broker, 5 default.</summary>
        [Since(1)] public sbyte ConfigSource { get; set; } = -1;
        public bool IsSensitive { get; set; }
        [Since(1)] public IReadOnlyList<DescribeConfigsSynonym> Synonyms { get; set; } = [];
        /// <summary>1 boolean, 2 string, 3 int, 4 short, 5 long, 6 double, 7 list, 8 class, 9 password.</summary>
        [Since(3)] public sbyte ConfigType { get; set; }
        [Since(3)] public string? Documentation { get; set; }

        public static DescribeConfigsResourceResult Read(ref KafkaReader r, short version)
        {
            return new DescribeConfigsResourceResult
            {
                Name = r.ReadString(nameof(Name)),
                Value = r.ReadNullableString(nameof(Value)),
                ReadOnly = r.ReadBoolean(nameof(ReadOnly)),
                IsDefault = version <= 0 && r.ReadBoolean(nameof(IsDefault)),
                ConfigSource = version >= 1 ? r.ReadInt8(nameof(ConfigSource)) : (sbyte)(-1),
                IsSensitive = r.ReadBoolean(nameof(IsSensitive)),
                Synonyms = version >= 1 ? r.ReadArray<DescribeConfigsSynonym>(nameof(Synonyms), version) : [],
                ConfigType = version >= 3 ? r.ReadInt8(nameof(ConfigType)) : (sbyte)0,
                Documentation = version >= 3 ? r.ReadNullableString(nameof(Documentation)) : null,
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteNullableString(Value);
            w.WriteBoolean(ReadOnly);
            if (version <= 0) w.WriteBoolean(IsDefault);
            if (version >= 1) w.WriteInt8(ConfigSource);
            w.WriteBoolean(IsSensitive);
            if (version >= 1) w.WriteArray(Synonyms, version);
            if (version >= 3) w.WriteInt8(ConfigType);
            if (version >= 3) w.WriteNullableString(Documentation);
        }
    }

    public sealed class DescribeConfigsSynonym : IKafkaStruct<DescribeConfigsSynonym>
    {
        public string Name { get; set; } = "";
        public string? Value { get; set; }
        /// <summary>As ConfigSource of the key itself.</summary>
        public sbyte Source { get; set; }

        public static DescribeConfigsSynonym Read(ref KafkaReader r, short version)
        {
            return new DescribeConfigsSynonym
            {
                Name = r.ReadString(nameof(Name)),
                Value = r.ReadNullableString(nameof(Value)),
                Source = r.ReadInt8(nameof(Source)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteNullableString(Value);
            w.WriteInt8(Source);
        }
    }
}
