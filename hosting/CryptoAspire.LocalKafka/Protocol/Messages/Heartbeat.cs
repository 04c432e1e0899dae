namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>A group member is alive. API key 12, versions 0 to 3.</summary>
public sealed class HeartbeatRequest : IKafkaMessage<HeartbeatRequest>
{
    public static ApiKey ApiKey => ApiKey.Heartbeat;
    public static bool IsResponse => false;

    public string GroupId { get; set; } = "";
    public int GenerationId { get; set; }
    public string MemberId { get; set; } = "";
    /// <summary>Static membership (KIP-345); null for a dynamic member.</summary>
    [Since(3)] public string? GroupInstanceId { get; set; }

    public static HeartbeatRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new HeartbeatRequest
        {
            GroupId = r.ReadString(nameof(GroupId)),
            GenerationId = r.ReadInt32(nameof(GenerationId)),
            MemberId = r.ReadString(nameof(MemberId)),
            GroupInstanceId = version >= 3 ? r.ReadNullableString(nameof(GroupInstanceId)) : null,
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteString(GroupId);
        w.WriteInt32(GenerationId);
        w.WriteString(MemberId);
        if (version >= 3) w.WriteNullableString(GroupInstanceId);
    }
}

/// <summary>Whether the member may go on, or has to rejoin. API key 12, versions 0 to 3.</summary>
public sealed class HeartbeatResponse : IKafkaMessage<HeartbeatResponse>
{
    public static ApiKey ApiKey => ApiKey.Heartbeat;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    [Since(1)] public int ThrottleTimeMs { get; set; }
    public ErrorCode ErrorCode { get; set; }

    public static HeartbeatResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new HeartbeatResponse
        {
            ThrottleTimeMs = version >= 1 ? r.ReadInt32(nameof(ThrottleTimeMs)) : 0,
            ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 1) w.WriteInt32(ThrottleTimeMs);
        w.WriteErrorCode(ErrorCode);
    }
}
