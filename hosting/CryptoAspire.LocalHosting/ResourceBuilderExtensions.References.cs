using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Injects the connection string as <c>ConnectionStrings__{name}</c> and its parts as <c>{NAME}_HOST</c> and so on.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null, bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        var resource = source.Resource;
        connectionName ??= resource.Name;
        return builder.WithReferenceRelationship(resource).WithEnvironment(context =>
        {
            var variable = resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{connectionName}";
            context.EnvironmentVariables[variable] = new ConnectionStringReference(resource, optional);
            var prefix = connectionName.Length == 0 ? string.Empty : $"{EncodeName(connectionName).ToUpperInvariant()}_";
            foreach (var (name, value) in resource.GetConnectionProperties())
            {
                context.EnvironmentVariables[prefix + name.ToUpperInvariant()] = value;
            }
        });
    }

    /// <summary>Injects every endpoint of the source for service discovery.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment =>
        builder.WithServiceReference(source.Resource, source.Resource.Name, EncodeName(source.Resource.Name).ToUpperInvariant(), null);

    /// <summary>The same under another name.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source, string name)
        where TDestination : IResourceWithEnvironment =>
        builder.WithServiceReference(source.Resource, name, EncodeName(name), null);

    /// <summary>Injects one endpoint for service discovery.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment =>
        builder.WithServiceReference(endpointReference.Resource, endpointReference.Resource.Name, EncodeName(endpointReference.Resource.Name).ToUpperInvariant(), endpointReference.EndpointName);

    /// <summary>Injects the address of a service outside.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, string name, Uri uri)
        where TDestination : IResourceWithEnvironment
    {
        if (!uri.IsAbsoluteUri || uri.AbsolutePath != "/")
        {
            throw new InvalidOperationException($"The uri for service reference '{name}' must be absolute and its path must be \"/\".");
        }

        return builder.WithEnvironment($"services__{name}__default__0", uri.ToString()).WithEnvironment(name, uri.ToString());
    }

    internal static IResourceBuilder<T> WithReferenceRelationship<T>(this IResourceBuilder<T> builder, IResource other) where T : IResource =>
        builder.WithAnnotation(new ResourceRelationshipAnnotation(other, "Reference"));

    internal static string EncodeName(string name)
    {
        var encoded = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return encoded.Length > 0 && char.IsAsciiDigit(encoded[0]) ? $"_{encoded}" : encoded;
    }

    private static IResourceBuilder<T> WithServiceReference<T>(this IResourceBuilder<T> builder, IResourceWithEndpoints source, string serviceName, string prefix, string? onlyEndpoint)
        where T : IResourceWithEnvironment =>
        builder.WithReferenceRelationship(source).WithEnvironment(context =>
        {
            foreach (var endpoint in source.Annotations.OfType<EndpointAnnotation>().ToList())
            {
                if (onlyEndpoint is not null && !string.Equals(endpoint.Name, onlyEndpoint, StringComparison.OrdinalIgnoreCase))
                {
                    continue;
                }

                var reference = new EndpointReference(source, endpoint.Name);
                context.EnvironmentVariables[$"{prefix}_{EncodeName(endpoint.Name).ToUpperInvariant()}"] = reference;

                // Endpoints called http or https are found by their scheme, as clients ask for http+https://service.
                var segment = endpoint.Name is "http" or "https" ? endpoint.UriScheme : endpoint.Name;
                AddDiscovery(context, serviceName, segment, reference);
                foreach (var port in endpoint.ReplicaPorts.Skip(1))
                {
                    AddDiscovery(context, serviceName, segment, $"{endpoint.UriScheme}://{endpoint.AllocatedEndpoint!.Address}:{port}");
                }
            }
        });

    private static void AddDiscovery(EnvironmentCallbackContext context, string service, string segment, object value)
    {
        var index = 0;
        while (!context.EnvironmentVariables.TryAdd($"services__{service}__{segment}__{index}", value))
        {
            index++;
        }
    }
}
