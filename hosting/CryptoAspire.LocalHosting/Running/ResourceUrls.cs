using System.Collections.Immutable;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace CryptoAspire.LocalHosting.Running;

/// <summary>The addresses of a running process, and its kind, as people see them.</summary>
internal static class ResourceUrls
{
    public static ImmutableArray<UrlSnapshot> Of(IResource resource, Replica replica) =>
    [
        .. resource.Annotations.OfType<EndpointAnnotation>()
            .Where(e => !(resource is KafkaServerResource && e.Name == KafkaServerResource.InternalEndpointName))
            .Select(e => new UrlSnapshot(e.Name, Text(e, e.ReplicaPorts[replica.Index]), IsInternal: !e.IsExternal)),
    ];

    public static string TypeOf(IResource resource) => resource switch
    {
        ProjectResource => "Project",
        ExecutableResource => "Executable",
        ParameterResource => "Parameter",
        _ => resource.GetType().Name,
    };

    private static string Text(EndpointAnnotation endpoint, int port) => endpoint.UriScheme == "tcp"
        ? $"{endpoint.AllocatedEndpoint!.Address}:{port}"
        : $"{endpoint.UriScheme}://{endpoint.AllocatedEndpoint!.Address}:{port}";
}
