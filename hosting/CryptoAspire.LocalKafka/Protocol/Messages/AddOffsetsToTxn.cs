namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Adds a consumer group's offsets to the running transaction. API key 25, versions 0 to 2.</summary>
public sealed class AddOffsetsToTxnRequest : IKafkaMessage<AddOffsetsToTxnRequest>
{
    public static ApiKey ApiKey => ApiKey.AddOffsetsToTxn;
    public static bool IsResponse => false;

    public string TransactionalId { get; set; } = "";
    public long ProducerId { get; set; }
    public short ProducerEpoch { get; set; }
    public string GroupId { get; set; } = "";

    public static AddOffsetsToTxnRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new AddOffsetsToTxnRequest
        {
            TransactionalId = r.ReadString(nameof(TransactionalId)),
            ProducerId = r.ReadInt64(nameof(ProducerId)),
            ProducerEpoch = r.ReadInt16(nameof(ProducerEpoch)),
            GroupId = r.ReadString(nameof(GroupId)),
        };
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteString(TransactionalId);
        w.WriteInt64(ProducerId);
        w.WriteInt16(ProducerEpoch);
        w.WriteString(GroupId);
    }
}

/// <summary>Whether the group was added. API key 25, versions 0 to 2.</summary>
public sealed class AddOffsetsToTxnResponse : IKafkaMessage<AddOffsetsToTxnResponse>
{
    public static ApiKey ApiKey => ApiKey.AddOffsetsToTxn;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    public int ThrottleTimeMs { get; set; }
    public ErrorCode ErrorCode { get; set; }

    public static AddOffsetsToTxnResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        return new AddOffsetsToTxnResponse
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
