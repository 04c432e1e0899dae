namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a resource's annotations say of it.</summary>
public static class ResourceExtensions
{
    /// <summary>How many processes of the resource run: 1 when nothing else was asked for.</summary>
    public static int GetReplicaCount(this IResource resource) => resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;
}
