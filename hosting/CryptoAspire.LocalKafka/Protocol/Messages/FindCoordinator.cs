namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Asks which broker coordinates a group or a transactional id. API key 10, versions 0 to 2.</summary>
public sealed class FindCoordinatorRequest : IKafkaMessage<FindCoordinatorRequest>
{
    public static ApiKey ApiKey => ApiKey.FindCoordinator;
    public static bool IsResponse => false;

    public string Key { get; set; } = "";
    /// <summary>0 group, 1 transactional id.</summary>
    [Since(1)] public sbyte KeyType { get; set; }

    public static FindCoordinatorRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new FindCoordinatorRequest
        {
            Key = r.ReadString(nameof(Key)),
            KeyType = version >= 1 ? r.ReadInt8(nameof(KeyType)) : (sbyte)0,
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteString(Key);
        if (version >= 1) w.WriteInt8(KeyType);
    }
}

/// <summary>The coordinator; with one node it is always this broker. API key 10, versions 0 to 2.</summary>
public sealed class FindCoordinatorResponse : IKafkaMessage<FindCoordinatorResponse>
{
    public static ApiKey ApiKey => ApiKey.FindCoordinator;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    [Since(1)] public int ThrottleTimeMs { get; set; }
    public ErrorCode ErrorCode { get; set; }
    [Since(1)] public string? ErrorMessage { get; set; }
    public int NodeId { get; set; }
    public string Host { get; set; } = "";
    public int Port { get; set; }

    public static FindCoordinatorResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new FindCoordinatorResponse
        {
            ThrottleTimeMs = version >= 1 ? r.ReadInt32(nameof(ThrottleTimeMs)) : 0,
            ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
            ErrorMessage = version >= 1 ? r.ReadNullableString(nameof(ErrorMessage)) : null,
            NodeId = r.ReadInt32(nameof(NodeId)),
            Host = r.ReadString(nameof(Host)),
            Port = r.ReadInt32(nameof(Port)),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 1) w.WriteInt32(ThrottleTimeMs);
        w.WriteErrorCode(ErrorCode);
        if (version >= 1) w.WriteNullableString(ErrorMessage);
        w.WriteInt32(NodeId);
        w.WriteString(Host);
        w.WriteInt32(Port);
    }
}
