using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace CryptoAspire.LocalHosting.Ports;

/// <summary>
/// Gives every endpoint its port. A port that the AppHost names is a wish: when it is busy a free one is taken and the
/// table says so. A port that the user has set (<c>Ports:{resource}</c>) is kept or it is an error that names who holds it.
/// </summary>
internal sealed class PortAllocator(IConfiguration configuration)
{
    private const int LowestFree = 10_000;
    private const int LowestOutgoing = 32_768; // net.ipv4.ip_local_port_range

    private readonly HashSet<int> _given = [];

    /// <summary>What happened to wishes, by resource name.</summary>
    public Dictionary<string, string> Notes { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="DistributedApplicationException">Ports that the user has set are busy or are no ports.</exception>
    public void Allocate(IEnumerable<IResource> resources)
    {
        var errors = new List<string>();
        var pending = resources.Where(r => r is IResourceWithEndpoints)
            .SelectMany(r => r.Annotations.OfType<EndpointAnnotation>().Select((endpoint, i) => new Wish(r, endpoint, IsFirst: i == 0)))
            .ToList();

        // What must be had comes before what would be nice, so that nobody is given another's port.
        foreach (var wish in pending.OrderBy(w => IsSet(w) ? 0 : w.Endpoint.Port is not null || w.Endpoint.TargetPort is not null ? 1 : 2))
        {
            var replicas = wish.Resource.GetReplicaCount();
            var first = IsSet(wish) ? TakeSet(wish, errors) : TakeWished(wish);
            wish.Endpoint.ReplicaPorts = [first, .. Enumerable.Range(1, replicas - 1).Select(_ => TakeFree())];
            wish.Endpoint.AllocatedEndpoint = new AllocatedEndpoint(wish.Endpoint, "localhost", first);
        }

        if (errors.Count > 0)
        {
            throw new DistributedApplicationException(string.Join(Environment.NewLine, errors));
        }
    }

    /// <summary>Whether both loopback addresses are free: servers on "localhost" need both.</summary>
    internal static bool IsFree(int port) => CanBind(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || CanBind(IPAddress.IPv6Loopback, port));

    private string KeyOf(Wish wish) => $"Ports:{char.ToUpperInvariant(wish.Resource.Name[0])}{wish.Resource.Name[1..]}";

    private bool IsSet(Wish wish) => wish.IsFirst && !string.IsNullOrEmpty(configuration[KeyOf(wish)]);

    private int TakeSet(Wish wish, List<string> errors)
    {
        var (key, text) = (KeyOf(wish), configuration[KeyOf(wish)]!);
        if (!int.TryParse(text, out var port) || port is < 1 or > IPEndPoint.MaxPort)
        {
            errors.Add($"{key} is '{text}', which is not a port: give a number from 1 to {IPEndPoint.MaxPort}.");
            return 0;
        }

        if (!_given.Add(port))
        {
            errors.Add($"{key} is {port}, which another resource has too: give each its own.");
        }
        else if (!IsFree(port))
        {
            errors.Add($"{key} is {port}, which is in use by {PortHolder.Describe(port)}: stop it or set another port.");
        }

        return port;
    }

    private int TakeWished(Wish wish)
    {
        // A container's target port says nothing about this machine; a process's own does.
        var wished = wish.Endpoint.Port ?? (wish.Resource is ContainerResource ? null : wish.Endpoint.TargetPort);
        if (wished is not { } port || (wish.Endpoint.IsProxied && configuration.GetValue<bool>("DcpPublisher:RandomizePorts")))
        {
            return TakeFree();
        }

        if (IsFree(port) && _given.Add(port))
        {
            return port;
        }

        var other = TakeFree();
        Notes[wish.Resource.Name] = $"port {port} is in use by {(_given.Contains(port) ? "another resource" : PortHolder.Describe(port))}, moved to {other}";
        return other;
    }

    /// <summary>
    /// Taken at random, so that AppHosts that start together do not want the same, and from below the range that outgoing
    /// connections get theirs from: a process may come minutes later to take what it was given.
    /// </summary>
    private int TakeFree()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = Random.Shared.Next(LowestFree, LowestOutgoing);
            if (IsFree(port) && _given.Add(port))
            {
                return port;
            }
        }

        throw new DistributedApplicationException("No free port was found on 127.0.0.1.");
    }

    private static bool CanBind(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
        {
            return true; // no IPv6 on this machine
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private sealed record Wish(IResource Resource, EndpointAnnotation Endpoint, bool IsFirst);
}
