namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Asks for the member's assignment; the leader brings everyone's. API key 14, versions 0 to 3.</summary>
public sealed class SyncGroupRequest : IKafkaMessage<SyncGroupRequest>
{
    public static ApiKey ApiKey => ApiKey.SyncGroup;
    public static bool IsResponse => false;

    public string GroupId { get; set; } = "";
    public int GenerationId { get; set; }
    public string MemberId { get; set; } = "";
    /// <summary>Static membership (KIP-345); null for a dynamic member.</summary>
    [Since(3)] public string? GroupInstanceId { get; set; }
    /// <summary>From the leader alone; empty from everyone else.</summary>
    public SyncGroupRequestAssignment[] Assignments { get; set; } = [];

    public static SyncGroupRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new SyncGroupRequest
        {
            GroupId = r.ReadString(nameof(GroupId)),
            GenerationId = r.ReadInt32(nameof(GenerationId)),
            MemberId = r.ReadString(nameof(MemberId)),
            GroupInstanceId = version >= 3 ? r.ReadNullableString(nameof(GroupInstanceId)) : null,
            Assignments = r.ReadArray<SyncGroupRequestAssignment>(nameof(Assignments), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteString(GroupId);
        w.WriteInt32(GenerationId);
        w.WriteString(MemberId);
        if (version >= 3) w.WriteNullableString(GroupInstanceId);
        w.WriteArray(Assignments, version);
    }

    public sealed class SyncGroupRequestAssignment : IKafkaStruct<SyncGroupRequestAssignment>
    {
        public string MemberId { get; set; } = "";
        public byte[] Assignment { get; set; } = [];

        public static SyncGroupRequestAssignment Read(ref KafkaReader r, short version)
        {
            return new SyncGroupRequestAssignment
            {
                MemberId = r.ReadString(nameof(MemberId)),
                Assignment = r.ReadBytes(nameof(Assignment)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(MemberId);
            w.WriteBytes(Assignment);
        }
    }
}

/// <summary>The member's assignment. API key 14, versions 0 to 3.</summary>
public sealed class SyncGroupResponse : IKafkaMessage<SyncGroupResponse>
{
    public static ApiKey ApiKey => ApiKey.SyncGroup;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    [Since(1)] public int ThrottleTimeMs { get; set; }
    public ErrorCode ErrorCode { get; set; }
    public byte[] Assignment { get; set; } = [];

    public static SyncGroupResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new SyncGroupResponse
        {
            ThrottleTimeMs = version >= 1 ? r.ReadInt32(nameof(ThrottleTimeMs)) : 0,
            ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
            Assignment = r.ReadBytes(nameof(Assignment)),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 1) w.WriteInt32(ThrottleTimeMs);
        w.WriteErrorCode(ErrorCode);
        w.WriteBytes(Assignment);
    }
}
