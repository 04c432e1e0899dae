using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CryptoAspire.LocalHosting.Running;

/// <summary>Follows a resource that has no process of its own: a database is what its server is.</summary>
internal sealed class ChildResourceRunner(IResource resource, IResource parent, RunContext context) : IResourceRunner, IDisposable
{
    private readonly CancellationTokenSource _shutdown = new();
    private Task _loop = Task.CompletedTask;

    public IResource Resource => resource;

    public string Id => resource.Name;

    public void Begin() => _loop = Task.Run(FollowAsync);

    public async Task StopAsync(TimeSpan patience)
    {
        await _shutdown.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
    }

    public void Kill()
    {
    }

    public Task<ExecuteCommandResult> ExecuteAsync(string command, CancellationToken cancellationToken) =>
        Task.FromResult(new ExecuteCommandResult { Success = false, Message = $"'{resource.Name}' is started and stopped with '{parent.Name}'." });

    public void Dispose() => _shutdown.Dispose();

    private async Task FollowAsync()
    {
        CancellationTokenSource? alive = null;
        var monitoring = Task.CompletedTask;
        try
        {
            await foreach (var change in context.Notifications.WatchAsync(_shutdown.Token).ConfigureAwait(false))
            {
                if (!ReferenceEquals(change.Resource, parent))
                {
                    continue;
                }

                var runs = change.Snapshot is { IsReady: true, State.Text: "Running" };
                if (runs && alive is null)
                {
                    alive = CancellationTokenSource.CreateLinkedTokenSource(_shutdown.Token);
                    var monitor = new HealthMonitor(resource, Id, context);
                    await PublishAsync(s => s with { State = change.Snapshot.State, Reason = null, HealthReports = monitor.Unknown }).ConfigureAwait(false);
                    monitoring = monitor.RunAsync(_ => { }, alive.Token);
                }
                else if (!runs)
                {
                    await EndAsync().ConfigureAwait(false);
                    var failed = ResourceNotificationService.IsUnavailable(change.Snapshot);
                    await PublishAsync(s => s with
                    {
                        State = failed ? change.Snapshot.State : KnownResourceStates.Starting,
                        Reason = failed ? $"'{parent.Name}' does not run" : null,
                        IsReady = false,
                    }).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The application stops.
        }

        await EndAsync().ConfigureAwait(false);
        await PublishAsync(s => s with { State = KnownResourceStates.Finished, IsReady = false }).ConfigureAwait(false);

        async Task EndAsync()
        {
            if (alive is not null)
            {
                await alive.CancelAsync().ConfigureAwait(false);
                await monitoring.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
                alive.Dispose();
                alive = null;
            }
        }
    }

    private Task PublishAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        context.Notifications.PublishUpdateAsync(resource, Id, s => change(s) with { ResourceType = ResourceUrls.TypeOf(resource) });
}
