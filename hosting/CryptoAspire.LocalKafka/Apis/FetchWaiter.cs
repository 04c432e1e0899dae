using CryptoAspire.LocalKafka.Log;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>A parked Fetch, registered with its partitions.</summary>
internal sealed class FetchWaiter : IProgressListener, IDisposable
{
    private readonly IReadOnlyCollection<PartitionLog> _partitions;
    private volatile TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FetchWaiter(IReadOnlyCollection<PartitionLog> partitions)
    {
        _partitions = partitions;
        foreach (var partition in partitions)
            partition.OnProgress(this);
    }

    /// <summary>A task that ends with the next news; to be asked for before reading.</summary>
    public Task Arm()
    {
        if (_news.Task.IsCompleted)
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _news.Task;
    }

    public void OnProgress(PartitionLog partition) => _news.TrySetResult();

    public void Dispose()
    {
        foreach (var partition in _partitions)
            partition.RemoveListener(this);
    }
}
