namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Asks for the state and members of groups. API key 15, versions 0 to 4.</summary>
public sealed class DescribeGroupsRequest : IKafkaMessage<DescribeGroupsRequest>
{
    public static ApiKey ApiKey => ApiKey.DescribeGroups;
    public static bool IsResponse => false;

    public string[] Groups { get; set; } = [];
    [Since(3)] public bool IncludeAuthorizedOperations { get; set; }

    public static DescribeGroupsRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new DescribeGroupsRequest
        {
            Groups = r.ReadStringArray(nameof(Groups)),
            IncludeAuthorizedOperations = version >= 3 && r.ReadBoolean(nameof(IncludeAuthorizedOperations)),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteStringArray(Groups);
        if (version >= 3) w.WriteBoolean(IncludeAuthorizedOperations);
    }
}

/// <summary>State and members of groups; an unknown group is Dead, without an error. API key 15, versions 0 to 4.</summary>
public sealed class DescribeGroupsResponse : IKafkaMessage<DescribeGroupsResponse>
{
    public static ApiKey ApiKey => ApiKey.DescribeGroups;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    [Since(1)] public int ThrottleTimeMs { get; set; }
    public IReadOnlyList<DescribedGroup> Groups { get; set; } = [];

    public static DescribeGroupsResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new DescribeGroupsResponse
        {
            ThrottleTimeMs = version >= 1 ? r.ReadInt32(nameof(ThrottleTimeMs)) : 0,
            Groups = r.ReadArray<DescribedGroup>(nameof(Groups), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 1) w.WriteInt32(ThrottleTimeMs);
        w.WriteArray(Groups, version);
    }

    public sealed class DescribedGroup : IKafkaStruct<DescribedGroup>
    {
        public ErrorCode ErrorCode { get; set; }
        public string GroupId { get; set; } = "";
        /// <summary>PreparingRebalance, CompletingRebalance, Stable, Dead or Empty.</summary>
        public string GroupState { get; set; } = "";
        /// <summary>What the group does: "consumer" for consumers.</summary>
        public string ProtocolType { get; set; } = "";
        public string ProtocolData { get; set; } = "";
        public IReadOnlyList<DescribedGroupMember> Members { get; set; } = [];
        /// <summary>Bit set; int.MinValue when it was not asked for.</summary>
        [Since(3)] public int AuthorizedOperations { get; set; } = int.MinValue;

        public static DescribedGroup Read(ref KafkaReader r, short version)
        {
            return new DescribedGroup
            {
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
                GroupId = r.ReadString(nameof(GroupId)),
                GroupState = r.ReadString(nameof(GroupState)),
                ProtocolType = r.ReadString(nameof(ProtocolType)),
                ProtocolData = r.ReadString(nameof(ProtocolData)),
                Members = r.ReadArray<DescribedGroupMember>(nameof(Members), version),
                AuthorizedOperations = version >= 3 ? r.ReadInt32(nameof(AuthorizedOperations)) : int.MinValue,
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteErrorCode(ErrorCode);
            w.WriteString(GroupId);
            w.WriteString(GroupState);
            w.WriteString(ProtocolType);
            w.WriteString(ProtocolData);
            w.WriteArray(Members, version);
            if (version >= 3) w.WriteInt32(AuthorizedOperations);
        }
    }

    public sealed class DescribedGroupMember : IKafkaStruct<DescribedGroupMember>
    {
        public string MemberId { get; set; } = "";
        /// <summary>Static membership (KIP-345); null for a dynamic member.</summary>
        [Since(4)] public string? GroupInstanceId { get; set; }
        public string ClientId { get; set; } = "";
        /// <summary>Address of the member's connection.</summary>
        public string ClientHost { get; set; } = "";
        public byte[] MemberMetadata { get; set; } = [];
        public byte[] MemberAssignment { get; set; } = [];

        public static DescribedGroupMember Read(ref KafkaReader r, short version)
        {
            return new DescribedGroupMember
            {
                MemberId = r.ReadString(nameof(MemberId)),
                GroupInstanceId = version >= 4 ? r.ReadNullableString(nameof(GroupInstanceId)) : null,
                ClientId = r.ReadString(nameof(ClientId)),
                ClientHost = r.ReadString(nameof(ClientHost)),
                MemberMetadata = r.ReadBytes(nameof(MemberMetadata)),
                MemberAssignment = r.ReadBytes(nameof(MemberAssignment)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(MemberId);
            if (version >= 4) w.WriteNullableString(GroupInstanceId);
            w.WriteString(ClientId);
            w.WriteString(ClientHost);
            w.WriteBytes(MemberMetadata);
            w.WriteBytes(MemberAssignment);
        }
    }
}
