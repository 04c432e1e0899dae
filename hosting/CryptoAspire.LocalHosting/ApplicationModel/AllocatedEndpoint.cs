namespace Aspire.Hosting.ApplicationModel;

/// <summary>The address that an endpoint got in this run.</summary>
public sealed class AllocatedEndpoint
{
    internal AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port) => (Endpoint, Address, Port) = (endpoint, address, port);

    /// <summary>The endpoint.</summary>
    public EndpointAnnotation Endpoint { get; }

    /// <summary>The host name.</summary>
    public string Address { get; }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>The scheme.</summary>
    public string UriScheme => Endpoint.UriScheme;

    /// <summary>scheme://host:port</summary>
    public string UriString => $"{UriScheme}://{Address}:{Port}";
}
