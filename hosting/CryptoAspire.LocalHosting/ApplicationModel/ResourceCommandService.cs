namespace Aspire.Hosting.ApplicationModel;

/// <summary>Starts, stops and restarts single resources of a running application.</summary>
public sealed class ResourceCommandService
{
    internal ResourceCommandService()
    {
    }

    internal Func<string, string, CancellationToken, Task<ExecuteCommandResult>>? Executor { get; set; }

    /// <summary>Runs a command of <see cref="KnownResourceCommands"/> on a resource (by name or instance).</summary>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default) =>
        Executor is { } execute
            ? execute(resourceId, commandName, cancellationToken)
            : throw new InvalidOperationException("The application has not been started.");

    /// <inheritdoc cref="ExecuteCommandAsync(string, string, CancellationToken)" />
    public Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default) =>
        ExecuteCommandAsync(resource.Name, commandName, cancellationToken);
}
