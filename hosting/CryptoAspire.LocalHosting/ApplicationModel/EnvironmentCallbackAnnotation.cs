namespace Aspire.Hosting.ApplicationModel;

/// <summary>A callback that adds variables. It runs at every start of the resource, so it must be repeatable.</summary>
public sealed class EnvironmentCallbackAnnotation(Func<EnvironmentCallbackContext, Task> callback) : IResourceAnnotation
{
    /// <summary>The callback.</summary>
    public Func<EnvironmentCallbackContext, Task> Callback { get; } = callback;
}
