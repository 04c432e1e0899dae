namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Deletes topics by name. API key 20, versions 0 to 3.</summary>
public sealed class DeleteTopicsRequest : IKafkaMessage<DeleteTopicsRequest>
{
    public static ApiKey ApiKey => ApiKey.DeleteTopics;
    public static bool IsResponse => false;

    public string[] TopicNames { get; set; } = [];
    public int TimeoutMs { get; set; }

    public static DeleteTopicsRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new DeleteTopicsRequest
        {
            TopicNames = r.ReadStringArray(nameof(TopicNames)),
            TimeoutMs = r.ReadInt32(nameof(TimeoutMs)),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteStringArray(TopicNames);
        w.WriteInt32(TimeoutMs);
    }
}

/// <summary>The outcome for each topic. API key 20, versions 0 to 3.</summary>
public sealed class DeleteTopicsResponse : IKafkaMessage<DeleteTopicsResponse>
{
    public static ApiKey ApiKey => ApiKey.DeleteTopics;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    [Since(1)] public int ThrottleTimeMs { get; set; }
    public IReadOnlyList<DeletableTopicResult> Responses { get; set; } = [];

    public static DeleteTopicsResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new DeleteTopicsResponse
        {
            ThrottleTimeMs = version >= 1 ? r.ReadInt32(nameof(ThrottleTimeMs)) : 0,
            Responses = r.ReadArray<DeletableTopicResult>(nameof(Responses), version),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        if (version >= 1) w.WriteInt32(ThrottleTimeMs);
        w.WriteArray(Responses, version);
    }

    public sealed class DeletableTopicResult : IKafkaStruct<DeletableTopicResult>
    {
        public string Name { get; set; } = "";
        public ErrorCode ErrorCode { get; set; }

        public static DeletableTopicResult Read(ref KafkaReader r, short version)
        {
            return new DeletableTopicResult
            {
                Name = r.ReadTopicName(nameof(Name)),
                ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
            };
        }

        public void Write(KafkaWriter w, short version)
        {
            w.WriteString(Name);
            w.WriteErrorCode(ErrorCode);
        }
    }
}
