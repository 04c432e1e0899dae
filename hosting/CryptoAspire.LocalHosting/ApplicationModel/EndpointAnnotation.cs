using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An endpoint that a resource listens on.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private string? _transport;

    /// <summary>Describes the endpoint; without a name it takes its scheme's.</summary>
    public EndpointAnnotation(ProtocolType protocol, string? uriScheme = null, string? transport = null, string? name = null, int? port = null, int? targetPort = null, bool? isExternal = null, bool isProxied = true)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? (protocol == ProtocolType.Udp ? "udp" : "tcp");
        _transport = transport;
        Name = name ?? UriScheme;
        Port = port;
        TargetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied;
    }

    /// <summary>The endpoint's name, unique in its resource.</summary>
    public string Name { get; set; }

    /// <summary>tcp or udp.</summary>
    public ProtocolType Protocol { get; set; }

    /// <summary>The scheme of its URL.</summary>
    public string UriScheme { get; set; }

    /// <summary>http, http2 or tcp.</summary>
    public string Transport
    {
        get => _transport ?? (UriScheme is "http" or "https" ? "http" : "tcp");
        set => _transport = value;
    }

    /// <summary>The port that clients use; null for any free one.</summary>
    public int? Port { get; set; }

    /// <summary>The port that the process itself listens on.</summary>
    public int? TargetPort { get; set; }

    /// <summary>Whether it is meant to be reached from outside.</summary>
    public bool IsExternal { get; set; }

    /// <summary>Whether an orchestrator may put a proxy before it. Locally there is none: both ports coincide.</summary>
    public bool IsProxied { get; set; }

    /// <summary>The variable through which the process is told its port, if it asked for one.</summary>
    internal string? TargetPortEnvironmentVariable { get; set; }

    /// <summary>The address in this run; null until the application starts.</summary>
    public AllocatedEndpoint? AllocatedEndpoint { get; set; }

    /// <summary>Whether it came from launchSettings.json.</summary>
    internal bool FromLaunchProfile { get; set; }

    /// <summary>The ports of the replicas; the first is <see cref="AllocatedEndpoint"/>'s.</summary>
    internal IReadOnlyList<int> ReplicaPorts { get; set; } = [];
}
