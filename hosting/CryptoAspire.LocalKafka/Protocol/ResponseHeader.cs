namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>What precedes every response body: header v0, or v1 (tagged fields) where the version is flexible.</summary>
public static class ResponseHeader
{
    /// <summary>ApiVersions answers with header v0 always: the client does not know yet what the broker understands (KIP-511).</summary>
    public static bool HasTaggedFields(ApiKey api, short version) => api != ApiKey.ApiVersions && ApiVersionTable.IsFlexible(api, version);

    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    public static int Size(ApiKey api, short version) => HasTaggedFields(api, version) ? 5 : 4;

    public static void Write(KafkaWriter w, ApiKey api, short version, int correlationId)
    {
        w.WriteInt32(correlationId);
        if (HasTaggedFields(api, version)) w.WriteUnsignedVarint(0);
    }

    /// <returns>The correlation id of the request that is answered.</returns>
    /// <exception cref="ProtocolException">The frame is cut short.</exception>
    public static int Read(ref KafkaReader r, ApiKey api, short version)
    {
        var correlationId = r.ReadInt32("CorrelationId");
        if (!HasTaggedFields(api, version)) return correlationId;
        r.Begin(api, version);
        r.SkipTaggedFields();
        return correlationId;
    }
}
