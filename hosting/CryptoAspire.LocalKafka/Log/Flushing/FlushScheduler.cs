using System.Collections.Concurrent;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// A few threads that call fsync, so that blocked ones do not starve the thread pool. Its queue holds each
/// <see cref="GroupCommit"/> at most once: it is bounded by the number of partitions.
/// </summary>
internal sealed class FlushScheduler : IDisposable
{
    private readonly BlockingCollection<GroupCommit> _queue = [];
    private readonly List<Thread> _threads = [];

    public FlushScheduler(int threads)
    {
        for (var i = 0; i < threads; i++)
        {
            var thread = new Thread(Run) { IsBackground = true, Name = $"log-flush-{i}" };
            _threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>False when the scheduler is stopping.</summary>
    public bool TryEnqueue(GroupCommit commit)
    {
        try
        {
            return _queue.TryAdd(commit);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Finishes what is queued and ends the threads.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        foreach (var thread in _threads)
            thread.Join();
    }

    private void Run()
    {
        foreach (var commit in _queue.GetConsumingEnumerable())
            commit.Run();
    }
}
