using System.Collections.Concurrent;
using CryptoAspire.Dashboard.Hubs;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoAspire.Dashboard.Tests;

/// <summary>The outgoing end of one connection that records what is sent, and can be made to hang like a browser that reads nothing.</summary>
internal sealed class RecordingClient : ISingleClientProxy
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RecordingClient(bool hanging = false)
    {
        if (!hanging)
            _released.SetResult();
        Subscriber = new Subscriber("test", this, () => Aborted = true, NullLogger.Instance);
    }

    public Subscriber Subscriber { get; }

    public bool Aborted { get; private set; }

    public ConcurrentQueue<(string Channel, long Sequence)> Sent { get; } = new();

    public Task SendCoreAsync(string method, object?[] args, CancellationToken cancellationToken = default)
    {
        Sent.Enqueue(((string)args[0]!, (long)args[1]!));
        return _released.Task;
    }

    public Task<T> InvokeCoreAsync<T>(string method, object?[] args, CancellationToken cancellationToken) => throw new NotSupportedException();
}
