using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;

namespace CryptoAspire.ServiceDefaults.Discovery;

/// <summary>
/// Turns the logical address of a service (<c>http://api</c>, <c>https+http://api</c>, <c>http://_admin.api</c>) into one of
/// the addresses that the host put into the configuration (<c>services:api:http:0</c>, from the environment
/// <c>services__api__http__0</c>), in turn where there are several. An address of a host that the configuration does not
/// know passes through unchanged. Rules: Microsoft.Extensions.ServiceDiscovery's configuration provider.
/// </summary>
public sealed class ServiceEndpointResolver(IConfiguration configuration)
{
    private readonly ConcurrentDictionary<string, StrongBox<int>> _turns = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The address to use now. The schemes <c>ws</c> and <c>wss</c> look for <c>http</c> and <c>https</c> endpoints and keep
    /// their kind.
    /// </summary>
    public Uri Resolve(Uri address)
    {
        if (!address.IsAbsoluteUri) return address;
        string[] schemes = address.Scheme.Split('+');
        var (endpointName, serviceName) = SplitHost(address.Host);
        var service = configuration.GetSection("services").GetSection(serviceName);
        if (!service.Exists() || FindEndpoint(service, endpointName, schemes) is not { } endpoint) return PassThrough(address, schemes);

        string[] values = [.. Values(endpoint)];
        if (values.Length == 0) return PassThrough(address, schemes);
        int turn = Interlocked.Increment(ref _turns.GetOrAdd(endpoint.Path, static _ => new StrongBox<int>(-1)).Value);
        return Combine(address, values[(int)((uint)turn % values.Length)], schemes, endpoint.Path);
    }

    private static (string? Endpoint, string Service) SplitHost(string host)
    {
        int dot = host.IndexOf('.', StringComparison.Ordinal);
        return host.StartsWith('_') && dot > 1 ? (host[1..dot], host[(dot + 1)..]) : (null, host);
    }

    private static IConfigurationSection? FindEndpoint(IConfigurationSection service, string? name, string[] schemes)
    {
        string[] candidates = name is not null ? [name] : [.. schemes.Select(HttpScheme), "default"];
        return candidates.Select(service.GetSection).FirstOrDefault(section => section.Exists());
    }

    private static IEnumerable<string> Values(IConfigurationSection endpoint) =>
        (endpoint.Value is { Length: > 0 } single ? [single] : endpoint.GetChildren().Select(child => child.Value))
            .Where(value => !string.IsNullOrWhiteSpace(value)).Select(value => value!);

    private static Uri Combine(Uri address, string value, string[] schemes, string path)
    {
        if (!Uri.TryCreate(value.Contains("://", StringComparison.Ordinal) ? value : $"{HttpScheme(schemes[0])}://{value}", UriKind.Absolute, out var target))
            throw new InvalidOperationException($"The configuration value '{value}' of {path} is neither an address nor host:port.");
        return new UriBuilder(address)
        {
            Scheme = schemes[0] is "ws" or "wss" ? (target.Scheme == "https" ? "wss" : "ws") : target.Scheme,
            Host = target.Host,
            Port = target.Port,
            Path = target.AbsolutePath.TrimEnd('/') + address.AbsolutePath
        }.Uri;
    }

    private static Uri PassThrough(Uri address, string[] schemes)
    {
        if (schemes.Length == 1) return address;
        return new UriBuilder(address) { Scheme = schemes[0], Port = address.IsDefaultPort ? -1 : address.Port }.Uri;
    }

    private static string HttpScheme(string scheme) => scheme switch { "ws" => "http", "wss" => "https", _ => scheme };
}
