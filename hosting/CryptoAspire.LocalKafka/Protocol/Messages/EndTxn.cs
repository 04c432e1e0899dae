namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Commits or aborts the running transaction. API key 26, versions 0 to 2.</summary>
public sealed class EndTxnRequest : IKafkaMessage<EndTxnRequest>
{
    public static ApiKey ApiKey => ApiKey.EndTxn;
    public static bool IsResponse => false;

    public string TransactionalId { get; set; } = "";
    public long ProducerId { get; set; }
    public short ProducerEpoch { get; set; }
    /// <summary>True to commit, false to abort.</summary>
    public bool Committed { get; set; }

    public static EndTxnRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new EndTxnRequest
        {
            TransactionalId = r.ReadString(nameof(TransactionalId)),
            ProducerId = r.ReadInt64(nameof(ProducerId)),
            ProducerEpoch = r.ReadInt16(nameof(ProducerEpoch)),
            Committed = r.ReadBoolean(nameof(Committed)),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteString(TransactionalId);
        w.WriteInt64(ProducerId);
        w.WriteInt16(ProducerEpoch);
        w.WriteBoolean(Committed);
    }
}

/// <summary>Whether the decision stands. API key 26, versions 0 to 2.</summary>
public sealed class EndTxnResponse : IKafkaMessage<EndTxnResponse>
{
    public static ApiKey ApiKey => ApiKey.EndTxn;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    public int ThrottleTimeMs { get; set; }
    public ErrorCode ErrorCode { get; set; }

    public static EndTxnResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new EndTxnResponse
        {
            ThrottleTimeMs = r.ReadInt32(nameof(ThrottleTimeMs)),
            ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteInt32(ThrottleTimeMs);
        w.WriteErrorCode(ErrorCode);
    }
}
