namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Asks for the groups that exist. API key 16, versions 0 to 4, flexible from 3.</summary>
public sealed class ListGroupsRequest : IKafkaMessage<ListGroupsRequest>
{
    public static ApiKey ApiKey => ApiKey.ListGroups;
    public static bool IsResponse => false;

    /// <summary>Only groups in these states; empty for all.</summary>
    [Since(4)] public string[] StatesFilter { get; set; } = [];

    public static ListGroupsRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        var m = new ListGroupsRequest
        {
            StatesFilter = version >= 4 ? r.ReadStringArray(nameof(StatesFilter)) : [],
        };
        r.SkipTaggedFields();
        return m;
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 4) w.WriteStringArray(StatesFilter);
        w.WriteTaggedFields();
    }
}

/// <summary>The groups that exist. API key 16, versions 0 to 4, flexible from 3.</summary>
public sealed class ListGroupsResponse : IKafkaMessage<ListGroupsResponse>
{
    public static ApiKey ApiKey => ApiKey.ListGroups;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    [Since(1)] public int ThrottleTimeMs { get; set; }
    public ErrorCode ErrorCode { get; set; }
    public IReadOnlyList<ListedGroup> Groups { get; set; } = [];

    public static ListGroupsResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        var m = new ListGroupsResponse
        {
            ThrottleTimeMs = version >= 1 ? r.ReadInt32(nameof(ThrottleTimeMs)) : 0,
            ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
            Groups = r.ReadArray<ListedGroup>(nameof(Groups), version),
        };
        r.SkipTaggedFields();
        return m;
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 1) w.WriteInt32(ThrottleTimeMs);
        w.WriteErrorCode(ErrorCode);
        w.WriteArray(Groups, version);
        w.WriteTaggedFields();
    }

    public sealed class ListedGroup : IKafkaStruct<ListedGroup>
    {
        public string GroupId { get; set; } = "";
        /// <summary>What the group does: "consumer" for consumers.</summary>
        public string ProtocolType { get; set; } = "";
        /// <summary>PreparingRebalance, CompletingRebalance, Stable, Dead or Empty.</summary>
        [Since(4)] public string GroupState { get; set; } = "";

        public static ListedGroup Read(ref KafkaReader r, short version)
        {
            var m = new ListedGroup
            {
                GroupId = r.ReadString(nameof(GroupId)),
                ProtocolType = r.ReadString(nameof(ProtocolType)),
                GroupState = version >= 4 ? r.ReadString(nameof(GroupState)) : "",
            };
            r.SkipTaggedFields();
            return m;
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(GroupId);
            w.WriteString(ProtocolType);
            if (version >= 4) w.WriteString(GroupState);
            w.WriteTaggedFields();
        }
    }
}
