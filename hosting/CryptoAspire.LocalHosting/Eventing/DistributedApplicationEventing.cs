using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Eventing;

internal sealed class DistributedApplicationEventing : IDistributedApplicationEventing
{
    private readonly Lock _lock = new();
    private readonly List<(Type Type, Func<IDistributedApplicationEvent, CancellationToken, Task> Callback)> _subscribers = [];

    public void Subscribe<T>(Func<T, CancellationToken, Task> callback) where T : IDistributedApplicationEvent
    {
        lock (_lock)
        {
            _subscribers.Add((typeof(T), (e, ct) => callback((T)e, ct)));
        }
    }

    public void Subscribe<T>(IResource resource, Func<T, CancellationToken, Task> callback) where T : IDistributedApplicationResourceEvent =>
        Subscribe<T>((e, ct) => ReferenceEquals(e.Resource, resource) ? callback(e, ct) : Task.CompletedTask);

    public async Task PublishAsync<T>(T @event, CancellationToken cancellationToken = default) where T : IDistributedApplicationEvent
    {
        Func<IDistributedApplicationEvent, CancellationToken, Task>[] callbacks;
        lock (_lock)
        {
            callbacks = [.. _subscribers.Where(s => s.Type.IsInstanceOfType(@event)).Select(s => s.Callback)];
        }

        foreach (var callback in callbacks)
        {
            await callback(@event, cancellationToken).ConfigureAwait(false);
        }
    }
}
