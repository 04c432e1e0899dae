namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>
/// Asks for a producer id; with a transactional id also fences the older producer and ends its transaction. API key 22, versions 0 to 4,
/// flexible from 2.
/// </summary>
public sealed class InitProducerIdRequest : IKafkaMessage<InitProducerIdRequest>
{
    public static ApiKey ApiKey => ApiKey.InitProducerId;
    public static bool IsResponse => false;

    public string? TransactionalId { get; set; }
    public int TransactionTimeoutMs { get; set; }
    /// <summary>-1 for none; else the id to go on with (KIP-360).</summary>
    [Since(3)] public long ProducerId { get; set; } = -1;
    /// <summary>-1 for none; else the epoch to go on from (KIP-360).</summary>
    [Since(3)] public short ProducerEpoch { get; set; } = -1;

    public static InitProducerIdRequest Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        var m = new InitProducerIdRequest
        {
            TransactionalId = r.ReadNullableString(nameof(TransactionalId)),
            TransactionTimeoutMs = r.ReadInt32(nameof(TransactionTimeoutMs)),
            ProducerId = version >= 3 ? r.ReadInt64(nameof(ProducerId)) : -1,
            ProducerEpoch = version >= 3 ? r.ReadInt16(nameof(ProducerEpoch)) : (short)(-1),
        };
        r.SkipTaggedFields();
        return m;
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteNullableString(TransactionalId);
        w.WriteInt32(TransactionTimeoutMs);
        if (version >= 3) w.WriteInt64(ProducerId);
        if (version >= 3) w.WriteInt16(ProducerEpoch);
        w.WriteTaggedFields();
    }
}

/// <summary>The producer id and epoch to use. API key 22, versions 0 to 4, flexible from 2.</summary>
public sealed class InitProducerIdResponse : IKafkaMessage<InitProducerIdResponse>
{
    public static ApiKey ApiKey => ApiKey.InitProducerId;
    public static bool IsResponse => true;

    /// <summary>Milliseconds that the client has to pause; 0, for there are no quotas.</summary>
    public int ThrottleTimeMs { get; set; }
    public ErrorCode ErrorCode { get; set; }
    /// <summary>-1 with an error.</summary>
    public long ProducerId { get; set; } = -1;
    public short ProducerEpoch { get; set; }

    public static InitProducerIdResponse Read(ref KafkaReader r, short version)
    {
        r.Begin(ApiKey, version);
        var m = new InitProducerIdResponse
        {
            ThrottleTimeMs = r.ReadInt32(nameof(ThrottleTimeMs)),
            ErrorCode = r.ReadErrorCode(nameof(ErrorCode)),
            ProducerId = r.ReadInt64(nameof(ProducerId)),
            ProducerEpoch = r.ReadInt16(nameof(ProducerEpoch)),
        };
        r.SkipTaggedFields();
        return m;
    }

    public void Write(KafkaWriter w, short version)
    {
        w.Begin(ApiKey, version);
        w.WriteInt32(ThrottleTimeMs);
        w.WriteErrorCode(ErrorCode);
        w.WriteInt64(ProducerId);
        w.WriteInt16(ProducerEpoch);
        w.WriteTaggedFields();
    }
}
