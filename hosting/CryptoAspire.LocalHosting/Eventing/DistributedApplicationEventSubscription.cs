namespace Aspire.Hosting.Eventing;

/// <summary>What <see cref="IDistributedApplicationEventing" /> calls back.</summary>
public class DistributedApplicationEventSubscription(Func<IDistributedApplicationEvent, CancellationToken, Task> callback)
{
    /// <summary>The callback.</summary>
    public Func<IDistributedApplicationEvent, CancellationToken, Task> Callback { get; } = callback;
}
