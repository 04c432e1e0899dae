namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>What precedes every request body: header v1, or v2 (tagged fields) where the request's version is flexible.</summary>
/// <param name="ClientId">Free text of the client for logs; a classic nullable string even in header v2 (KIP-482).</param>
public readonly record struct RequestHeader(ApiKey ApiKey, short ApiVersion, int CorrelationId, string? ClientId)
{
    /// <summary>Whether the body that follows may be read; if not, nothing behind the client id has been touched.</summary>
    public bool IsSupported => ApiVersionTable.Supports(ApiKey, ApiVersion);

    /// <summary>Reads a header, also one of an API or a version that is not served, so that it can be answered or logged.</summary>
    /// <exception cref="ProtocolException">The frame is cut short.</exception>
    public static RequestHeader Read(ref KafkaReader r)
    {
        var header = new RequestHeader(
            r.ReadApiKey(nameof(ApiKey)),
            r.ReadInt16(nameof(ApiVersion)),
            r.ReadInt32(nameof(CorrelationId)),
            r.ReadClassicNullableString(nameof(ClientId)));
        if (!header.IsSupported) return header;
        r.Begin(header.ApiKey, header.ApiVersion);
        r.SkipTaggedFields();
        return header;
    }

    public void Write(KafkaWriter w)
    {
        w.Begin(ApiKey, ApiVersion);
        w.WriteApiKey(ApiKey);
        w.WriteInt16(ApiVersion);
        w.WriteInt32(CorrelationId);
        w.WriteClassicNullableString(ClientId);
        w.WriteTaggedFields();
    }
}
