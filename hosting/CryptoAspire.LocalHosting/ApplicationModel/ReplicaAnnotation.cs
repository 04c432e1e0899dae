namespace Aspire.Hosting.ApplicationModel;

/// <summary>How many processes of a project run.</summary>
public sealed class ReplicaAnnotation(int replicas = 1) : IResourceAnnotation
{
    /// <summary>The number of processes, at least 1.</summary>
    public int Replicas { get; } = replicas;
}
