namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource that is a container when the application is published.</summary>
public class ContainerResource(string name, string? entrypoint = null)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport, IComputeResource
{
    /// <summary>The container's entry point; null for the image's own.</summary>
    public string? Entrypoint { get; set; } = entrypoint;
}
