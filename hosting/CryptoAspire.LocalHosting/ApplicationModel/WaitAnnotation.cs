namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says that a resource starts only after another.</summary>
public sealed class WaitAnnotation(IResource resource, WaitType waitType, int exitCode = 0) : IResourceAnnotation
{
    /// <summary>The dependency.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>What is waited for.</summary>
    public WaitType WaitType { get; } = waitType;

    /// <summary>The expected exit code of a completion.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>What happens when the dependency fails; null for the application's default.</summary>
    public WaitBehavior? WaitBehavior { get; init; }
}
