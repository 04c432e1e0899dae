namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Members leave a group: the sender up to version 2, any number from version 3 on. API key 13, versions 0 to 3.</summary>
public sealed class LeaveGroupRequest : IKafkaMessage<LeaveGroupRequest>
{
    public static ApiKey ApiKey => ApiKey.LeaveGroup;
    public static bool IsResponse => false;

    public string GroupId { get; set; } = "";
    [Until(2)] public string MemberId { get; set; } = "";
    [Since(3)] public MemberIdentity[] Members { get; set; } = [];

    public static LeaveGroupRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new LeaveGroupRequest
        {
            GroupId = r.ReadString(nameof(GroupId)),
            MemberId = version <= 2 ? r.ReadString(nameof(MemberId)) : "",
            Members = version >= 3 ? r.ReadArray<MemberIdentity>(nameof(Members), version) : [],
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteString(GroupId);
        if (version <= 2) w.WriteString(MemberId);
        if (version >= 3) w.WriteArray(Members, version);
    }

    public sealed class MemberIdentity : IKafkaStruct<MemberIdentity>
    {
        public string MemberId { get; set; } = "";
        /// <summary>Static membership (KIP-345); null for a dynamic member.</summary>
        public string? GroupInstanceId { get; set; }

        public static MemberIdentity Read(ref KafkaReader r, short version)
        {
            return new MemberIdentity
            {
                MemberId = r.ReadString(nameof(MemberId)),
                GroupInstanceId = r.ReadNullableString(nameof(GroupInstanceId)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(MemberId);
            w.WriteNullableString(GroupInstanceId);
        }
    }
}

/// <summary>The outcome of leaving, from version 3 on for each member. API key 13, versions 0 to 3.</summary>
public sealed class LeaveGroupResponse : IKafkaMessage<LeaveGroupResponse>
{
    public static ApiKey ApiKey => ApiKey.LeaveGroup;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    [Since(1)] public int ThrottleTimeMs { get; set; }
    public ErrorCode ErrorCode { get; set; }
    [Since(3)] public IReadOnlyList<MemberResponse> Members { get; set; } = [];

    public static LeaveGroupResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new LeaveGroupResponse
        {
            ThrottleTimeMs = version >= 1 ? r.ReadInt32(nameof(ThrottleTimeMs)) : 0,
            ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
            Members = version >= 3 ? r.ReadArray<MemberResponse>(nameof(Members), version) : [],
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 1) w.WriteInt32(ThrottleTimeMs);
        w.WriteErrorCode(ErrorCode);
        if (version >= 3) w.WriteArray(Members, version);
    }

    public sealed class MemberResponse : IKafkaStruct<MemberResponse>
    {
        public string MemberId { get; set; } = "";
        /// <summary>Static membership (KIP-345); null for a dynamic member.</summary>
        public string? GroupInstanceId { get; set; }
        public ErrorCode ErrorCode { get; set; }

        public static MemberResponse Read(ref KafkaReader r, short version)
        {
            return new MemberResponse
            {
                MemberId = r.ReadString(nameof(MemberId)),
                GroupInstanceId = r.ReadNullableString(nameof(GroupInstanceId)),
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(MemberId);
            w.WriteNullableString(GroupInstanceId);
            w.WriteErrorCode(ErrorCode);
        }
    }
}
