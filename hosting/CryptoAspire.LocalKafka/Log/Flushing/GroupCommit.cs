namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// One flush for everybody who waits: those who come while a flush runs share the next one.
/// </summary>
/// <param name="scheduler">Runs the flushes, one at a time.</param>
/// <param name="flush">Makes everything written so far durable and returns up to where that is.</param>
/// <param name="afterwards">Work that nobody waits for; must not throw.</param>
internal sealed class GroupCommit(FlushScheduler scheduler, Func<long> flush, Action? afterwards = null)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _next;
    private bool _queued;
    private bool _running;
    private long _durable;

    /// <summary>Up to where everything is durable.</summary>
    public long Durable => Volatile.Read(ref _durable);

    /// <summary>Told from outside, when another way made it durable.</summary>
    public void SetDurable(long position)
    {
        lock (_gate)
            _durable = Math.Max(_durable, position);
    }

    /// <summary>Completes when what was written before the call, up to <paramref name="position"/>, is durable.</summary>
    /// <exception cref="IOException">The flush failed.</exception>
    public ValueTask WaitAsync(long position, CancellationToken cancellationToken) =>
        Durable >= position ? default : new ValueTask(RequestAsync().WaitAsync(cancellationToken));

    /// <summary>Asks for a flush of what was written before the call.</summary>
    public Task RequestAsync()
    {
        lock (_gate)
        {
            _next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var task = _next.Task;
            Enqueue();
            return task;
        }
    }

    /// <summary>Called by the scheduler.</summary>
    public void Run()
    {
        TaskCompletionSource? round;
        lock (_gate)
        {
            _queued = false;
            _running = true;
            (round, _next) = (_next, null);
        }
        try
        {
            var position = flush();
            SetDurable(position);
            round?.SetResult();
        }
        catch (Exception e)
        {
            round?.SetException(e is IOException ? e : new IOException(e.Message, e));
            _ = round?.Task.Exception; // requests without a waiter are reported by the flush itself
        }
        afterwards?.Invoke();
        lock (_gate)
        {
            _running = false;
            if (_next is not null)
                Enqueue();
        }
    }

    private void Enqueue()
    {
        if (_queued || _running)
            return;
        _queued = scheduler.TryEnqueue(this);
        if (!_queued)
        {
            _next?.SetException(new IOException("The log is closed."));
            _ = _next?.Task.Exception;
            _next = null;
        }
    }
}
