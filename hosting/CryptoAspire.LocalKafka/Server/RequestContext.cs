using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Server;

/// <summary>One request under way. A connection reuses its one context: requests are handled one after the other.</summary>
internal sealed class RequestContext(CountingWriter output, string clientHost, CancellationToken gone)
{
    public RequestHeader Header { get; private set; }

    public short Version => Header.ApiVersion;

    public string ClientId => Header.ClientId ?? "";

    /// <summary>The client's address, as DescribeGroups shows it.</summary>
    public string ClientHost { get; } = clientHost;

    /// <summary>The client went away or the broker is stopping: a parked request need not be answered.</summary>
    public CancellationToken Gone { get; } = gone;

    public CountingWriter Output { get; } = output;

    public KafkaWriter Writer { get; } = new(output);

    public void Start(in RequestHeader header) => Header = header;

    /// <summary>Writes a whole response.</summary>
    public void Respond<T>(T response) where T : IKafkaMessage<T> => Respond(response, Version);

    /// <summary>Writes a response in another version than the request's (only ApiVersions does).</summary>
    public void Respond<T>(T response, short version) where T : IKafkaMessage<T>
    {
        Output.Begin();
        ResponseHeader.Write(Writer, Header.ApiKey, version, Header.CorrelationId);
        response.Write(Writer, version);
        Output.End();
    }
}
