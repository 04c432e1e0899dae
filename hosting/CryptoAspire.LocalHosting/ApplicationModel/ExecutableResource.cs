namespace Aspire.Hosting.ApplicationModel;

/// <summary>A program with its arguments.</summary>
public class ExecutableResource(string name, string command, string workingDirectory)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport, IComputeResource
{
    /// <summary>The program.</summary>
    public string Command { get; } = command;

    /// <summary>Where it runs, absolute.</summary>
    public string WorkingDirectory { get; } = workingDirectory;
}
