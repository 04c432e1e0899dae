namespace Aspire.Hosting.ApplicationModel;

/// <summary>The described application: its resources in the order of the AppHost.</summary>
public sealed class DistributedApplicationModel(IResourceCollection resources)
{
    /// <summary>The resources.</summary>
    public IResourceCollection Resources { get; } = resources;
}
