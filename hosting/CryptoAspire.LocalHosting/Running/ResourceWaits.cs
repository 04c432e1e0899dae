using Aspire.Hosting.ApplicationModel;

namespace CryptoAspire.LocalHosting.Running;

/// <summary>Waits for what a resource's start depends on, with the words that Aspire logs.</summary>
internal sealed class ResourceWaits(IResource resource, ResourceNotificationService notifications, Action<string> log)
{
    private readonly IReadOnlyList<WaitAnnotation> _waits =
        [.. resource.Annotations.OfType<WaitAnnotation>().DistinctBy(w => (w.Resource, w.WaitType))];

    public bool Any => _waits.Count > 0;

    public IEnumerable<string> Names => _waits.Select(w => w.Resource.Name);

    /// <exception cref="ResourceStartException">A dependency failed and the wait says to fail with it.</exception>
    public Task WaitAsync(CancellationToken cancellationToken) => Task.WhenAll(_waits.Select(w => WaitAsync(w, cancellationToken)));

    private Task WaitAsync(WaitAnnotation wait, CancellationToken cancellationToken) => wait.WaitType == WaitType.WaitForCompletion
        ? WaitForCompletionAsync(wait, cancellationToken)
        : WaitUntilStartedAsync(wait, cancellationToken);

    private async Task WaitUntilStartedAsync(WaitAnnotation wait, CancellationToken cancellationToken)
    {
        var name = wait.Resource.Name;
        var stops = (wait.WaitBehavior ?? notifications.DefaultWaitBehavior) == WaitBehavior.StopOnResourceUnavailable;

        log($"Waiting for resource '{name}' to enter the 'Running' state.");
        await UntilAsync(s => s.State?.Text == KnownResourceStates.Running).ConfigureAwait(false);
        if (wait.WaitType == WaitType.WaitUntilHealthy)
        {
            if (wait.Resource.Annotations.OfType<HealthCheckAnnotation>().Any())
            {
                log($"Waiting for resource '{name}' to become healthy.");
                await UntilAsync(s => s.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy).ConfigureAwait(false);
            }

            log($"Waiting for resource ready to execute for '{name}'.");
            await UntilAsync(ResourceNotificationService.IsHealthy).ConfigureAwait(false);
        }

        log($"Finished waiting for resource '{name}'.");

        async Task UntilAsync(Func<CustomResourceSnapshot, bool> condition)
        {
            var change = await notifications.WaitForResourceAsync(
                name, e => condition(e.Snapshot) || (stops && ResourceNotificationService.IsUnavailable(e.Snapshot)), cancellationToken).ConfigureAwait(false);
            if (!condition(change.Snapshot))
            {
                throw new ResourceStartException($"Dependency resource '{name}' failed to start");
            }
        }
    }

    private async Task WaitForCompletionAsync(WaitAnnotation wait, CancellationToken cancellationToken)
    {
        var name = wait.Resource.Name;
        log($"Waiting for resource '{name}' to complete.");
        var change = await notifications.WaitForResourceAsync(
            name, e => e.Snapshot.State is { } s && KnownResourceStates.TerminalStates.Contains(s.Text), cancellationToken).ConfigureAwait(false);
        if (change.Snapshot.State!.Text == KnownResourceStates.FailedToStart)
        {
            throw new ResourceStartException($"Dependency resource '{name}' failed to start");
        }

        if (change.Snapshot.ExitCode != wait.ExitCode)
        {
            throw new ResourceStartException($"Resource '{name}' has entered the '{change.Snapshot.State.Text}' state with exit code '{change.Snapshot.ExitCode}', expected '{wait.ExitCode}'");
        }

        log($"Finished waiting for resource '{name}'.");
    }
}
