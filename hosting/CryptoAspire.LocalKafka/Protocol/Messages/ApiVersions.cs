namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Asks what the broker understands; the first request on a connection. API key 18, versions 0 to 3, flexible from 3.</summary>
public sealed class ApiVersionsRequest : IKafkaMessage<ApiVersionsRequest>
{
    public static ApiKey ApiKey => ApiKey.ApiVersions;
    public static bool IsResponse => false;

    [Since(3)] public string ClientSoftwareName { get; set; } = "";
    [Since(3)] public string ClientSoftwareVersion { get; set; } = "";

    public static ApiVersionsRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        var m = new ApiVersionsRequest
        {
            ClientSoftwareName = version >= 3 ? r.ReadString(nameof(ClientSoftwareName)) : "",
            ClientSoftwareVersion = version >= 3 ? r.ReadString(nameof(ClientSoftwareVersion)) : "",
        };
        r.SkipTaggedFields();
        return m;
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 3) w.WriteString(ClientSoftwareName);
        if (version >= 3) w.WriteString(ClientSoftwareVersion);
        w.WriteTaggedFields();
    }
}

/// <summary>
/// The version table. A request above the highest version is answered in version 0 with error 35 and the table all the same (KIP-511). API
/// key 18, versions 0 to 3, flexible from 3.
/// </summary>
public sealed class ApiVersionsResponse : IKafkaMessage<ApiVersionsResponse>
{
    public static ApiKey ApiKey => ApiKey.ApiVersions;
    public static bool IsResponse => true;

    public ErrorCode ErrorCode { get; set; }
    /// <summary>Never empty, not even beside an error: librdkafka takes an empty list for a broken answer.</summary>
    public IReadOnlyList<ApiVersion> ApiKeys { get; set; } = [];
    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    [Since(1)] public int ThrottleTimeMs { get; set; }

    public static ApiVersionsResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        var m = new ApiVersionsResponse
        {
            ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
            ApiKeys = r.ReadArray<ApiVersion>(nameof(ApiKeys), version),
            ThrottleTimeMs = version >= 1 ? r.ReadInt32(nameof(ThrottleTimeMs)) : 0,
        };
        r.SkipTaggedFields();
        return m;
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteErrorCode(ErrorCode);
        w.WriteArray(ApiKeys, version);
        if (version >= 1) w.WriteInt32(ThrottleTimeMs);
        w.WriteTaggedFields();
    }

    public sealed class ApiVersion : IKafkaStruct<ApiVersion>
    {
        public ApiKey ApiKey { get; set; }
        public short MinVersion { get; set; }
        public short MaxVersion { get; set; }

        public static ApiVersion Read(ref KafkaReader r, short version)
        {
            var m = new ApiVersion
            {
                ApiKey = r.ReadApiKey(nameof(ApiKey)),
                MinVersion = r.ReadInt16(nameof(MinVersion)),
                MaxVersion = r.ReadInt16(nameof(MaxVersion)),
            };
            r.SkipTaggedFields();
            return m;
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteApiKey(ApiKey);
            w.WriteInt16(MinVersion);
            w.WriteInt16(MaxVersion);
            w.WriteTaggedFields();
        }
    }
}
