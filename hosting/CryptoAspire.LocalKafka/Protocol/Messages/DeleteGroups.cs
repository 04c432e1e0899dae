namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Deletes empty groups with their offsets. API key 42, versions 0 to 1.</summary>
public sealed class DeleteGroupsRequest : IKafkaMessage<DeleteGroupsRequest>
{
    public static ApiKey ApiKey => ApiKey.DeleteGroups;
    public static bool IsResponse => false;

    public string[] GroupsNames { get; set; } = [];

    public static DeleteGroupsRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new DeleteGroupsRequest
        {
            GroupsNames = r.ReadStringArray(nameof(GroupsNames)),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteStringArray(GroupsNames);
    }
}

/// <summary>The outcome for each group. API key 42, versions 0 to 1.</summary>
public sealed class DeleteGroupsResponse : IKafkaMessage<DeleteGroupsResponse>
{
    public static ApiKey ApiKey => ApiKey.DeleteGroups;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    public int ThrottleTimeMs { get; set; }
    public IReadOnlyList<DeletableGroupResult> Results { get; set; } = [];

    public static DeleteGroupsResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new DeleteGroupsResponse
        {
            ThrottleTimeMs = r.ReadInt32(nameof(ThrottleTimeMs)),
            Results = r.ReadArray<DeletableGroupResult>(nameof(Results), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteInt32(ThrottleTimeMs);
        w.WriteArray(Results, version);
    }

    public sealed class DeletableGroupResult : IKafkaStruct<DeletableGroupResult>
    {
        public string GroupId { get; set; } = "";
        public ErrorCode ErrorCode { get; set; }

        public static DeletableGroupResult Read(ref KafkaReader r, short version)
        {
            return new DeletableGroupResult
            {
                GroupId = r.ReadString(nameof(GroupId)),
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(GroupId);
            w.WriteErrorCode(ErrorCode);
        }
    }
}
