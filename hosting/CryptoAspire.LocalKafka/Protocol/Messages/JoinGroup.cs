namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Enters or re-enters a consumer group; answered when the rebalance has gathered its members. API key 11, versions 0 to 5.</summary>
public sealed class JoinGroupRequest : IKafkaMessage<JoinGroupRequest>
{
    public static ApiKey ApiKey => ApiKey.JoinGroup;
    public static bool IsResponse => false;

    public string GroupId { get; set; } = "";
    public int SessionTimeoutMs { get; set; }
    /// <summary>How long a rebalance waits for this member to rejoin; version 0 uses the session timeout.</summary>
    [Since(1)] public int RebalanceTimeoutMs { get; set; } = -1;
    /// <summary>Empty when the member has none yet.</summary>
    public string MemberId { get; set; } = "";
    /// <summary>Static membership (KIP-345); null for a dynamic member.</summary>
    [Since(5)] public string? GroupInstanceId { get; set; }
    /// <summary>What the group does: "consumer" for consumers.</summary>
    public string ProtocolType { get; set; } = "";
    public JoinGroupRequestProtocol[] Protocols { get; set; } = [];

    public static JoinGroupRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new JoinGroupRequest
        {
            GroupId = r.ReadString(nameof(GroupId)),
            SessionTimeoutMs = r.ReadInt32(nameof(SessionTimeoutMs)),
            RebalanceTimeoutMs = version >= 1 ? r.ReadInt32(nameof(RebalanceTimeoutMs)) : -1,
            MemberId = r.ReadString(nameof(MemberId)),
            GroupInstanceId = version >= 5 ? r.ReadNullableString(nameof(GroupInstanceId)) : null,
            ProtocolType = r.ReadString(nameof(ProtocolType)),
            Protocols = r.ReadArray<JoinGroupRequestProtocol>(nameof(Protocols), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteString(GroupId);
        w.WriteInt32(SessionTimeoutMs);
        if (version >= 1) w.WriteInt32(RebalanceTimeoutMs);
        w.WriteString(MemberId);
        if (version >= 5) w.WriteNullableString(GroupInstanceId);
        w.WriteString(ProtocolType);
        w.WriteArray(Protocols, version);
    }

    public sealed class JoinGroupRequestProtocol : IKafkaStruct<JoinGroupRequestProtocol>
    {
        public string Name { get; set; } = "";
        /// <summary>The member's subscription, opaque to the broker.</summary>
        public byte[] Metadata { get; set; } = [];

        public static JoinGroupRequestProtocol Read(ref KafkaReader r, short version)
        {
            return new JoinGroupRequestProtocol
            {
                Name = r.ReadString(nameof(Name)),
                Metadata = r.ReadBytes(nameof(Metadata)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteBytes(Metadata);
        }
    }
}

/// <summary>The generation joined; its leader alone gets the list of members. API key 11, versions 0 to 5.</summary>
public sealed class JoinGroupResponse : IKafkaMessage<JoinGroupResponse>
{
    public static ApiKey ApiKey => ApiKey.JoinGroup;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    [Since(2)] public int ThrottleTimeMs { get; set; }
    public ErrorCode ErrorCode { get; set; }
    public int GenerationId { get; set; } = -1;
    public string ProtocolName { get; set; } = "";
    public string Leader { get; set; } = "";
    public string MemberId { get; set; } = "";
    /// <summary>For the leader alone; empty for everyone else.</summary>
    public IReadOnlyList<JoinGroupResponseMember> Members { get; set; } = [];

    public static JoinGroupResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new JoinGroupResponse
        {
            ThrottleTimeMs = version >= 2 ? r.ReadInt32(nameof(ThrottleTimeMs)) : 0,
            ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
            GenerationId = r.ReadInt32(nameof(GenerationId)),
            ProtocolName = r.ReadString(nameof(ProtocolName)),
            Leader = r.ReadString(nameof(Leader)),
            MemberId = r.ReadString(nameof(MemberId)),
            Members = r.ReadArray<JoinGroupResponseMember>(nameof(Members), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 2) w.WriteInt32(ThrottleTimeMs);
        w.WriteErrorCode(ErrorCode);
        w.WriteInt32(GenerationId);
        w.WriteString(ProtocolName);
        w.WriteString(Leader);
        w.WriteString(MemberId);
        w.WriteArray(Members, version);
    }

    public sealed class JoinGroupResponseMember : IKafkaStruct<JoinGroupResponseMember>
    {
        public string MemberId { get; set; } = "";
        /// <summary>Static membership (KIP-345); null for a dynamic member.</summary>
        [Since(5)] public string? GroupInstanceId { get; set; }
        /// <summary>The member's subscription, opaque to the broker.</summary>
        public byte[] Metadata { get; set; } = [];

        public static JoinGroupResponseMember Read(ref KafkaReader r, short version)
        {
            return new JoinGroupResponseMember
            {
                MemberId = r.ReadString(nameof(MemberId)),
                GroupInstanceId = version >= 5 ? r.ReadNullableString(nameof(GroupInstanceId)) : null,
                Metadata = r.ReadBytes(nameof(Metadata)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(MemberId);
            if (version >= 5) w.WriteNullableString(GroupInstanceId);
            w.WriteBytes(Metadata);
        }
    }
}
