using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using CryptoAspire.Storage.Silver;
using CryptoAspire.StreamProcessor.Health;

namespace CryptoAspire.StreamProcessor;

/// <summary>
/// One partition's way from Kafka to Silver: its reader fills the next batch while the current one waits in the <see cref="CommitQueue"/>
/// and commits. A batch is what came in the meantime, so it is small at a low rate and grows under load up to its limit, where the reader waits.
/// </summary>
internal sealed partial class PartitionPipeline(
    int partition,
    SilverWriter writer,
    SilverOptions options,
    CommitQueue commits,
    Action<IReadOnlyList<Candle>> announce,
    SilverHealth health,
    SilverMetrics metrics,
    TimeProvider time,
    ILogger logger) : CommitQueue.IMember
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _room = new(initialState: true);
    private TaskCompletionSource _arrived = NewSignal();
    private SilverBatch? _filling;
    private SilverBatch? _spare;
    private long _next;
    private long _firstAt;
    private (long Expected, long Came) _doubted = (-1, -1);

    /// <summary>Called on any thread when the reader must go on elsewhere: the fence is not where we thought, or offsets were passed over.</summary>
    public required Action<long> OnSeek { get; init; }

    /// <summary>Called after each commit with the offset that is safe.</summary>
    public required Action<long> OnCommitted { get; init; }

    private string Name => $"partition {partition}";

    /// <summary>Ends after the batch at hand; what was not committed is read again by the next owner.</summary>
    public void Stop()
    {
        _stop.Cancel();
        _room.Set();
        lock (_lock)
            _arrived.TrySetResult();
    }

    /// <summary>Begins anew at an offset; records below it or already waiting are dropped.</summary>
    public void Restart(long offset)
    {
        lock (_lock)
        {
            Drop();
            _next = offset;
        }
    }

    /// <summary>How many more records the next batch takes; waits a while when that is none.</summary>
    public int WaitForRoom(TimeSpan timeout)
    {
        _room.Wait(timeout);
        lock (_lock)
            return options.BatchSize - (_filling?.Consumed ?? 0);
    }

    /// <summary>Takes a record from the reader; one that was taken before is ignored.</summary>
    public void Add(BronzeReader reader, long offset, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        lock (_lock)
        {
            if (offset < _next)
                return;
            if (offset > _next && _doubted != (_next, offset))
            {
                ReadAgain(offset);
                return;
            }

            _filling ??= Empty();
            _filling.Add(reader, offset, key, value, UnixMicroseconds.Of(time.GetUtcNow()));
            _next = offset + 1;
            if (_filling.Consumed == 1)
            {
                _firstAt = time.GetTimestamp();
                _arrived.TrySetResult();
            }

            if (_filling.Consumed >= options.BatchSize)
                _room.Reset();
        }
    }

    /// <summary>Commits what comes, after <see cref="Restart"/> at the fence, until stopped.</summary>
    public async Task RunAsync()
    {
        var stop = _stop.Token;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                // 1. Poll: wait for a first record.
                await Arrival();

                // 2. Decide and commit, together with what other partitions have.
                var (taken, outcome) = await commits.CommitAsync(this);
                if (taken is not { } batch)
                    continue;
                var result = outcome ?? await CommitAloneAsync(batch, stop);
                health.Clear(Name);

                // 3. Announce.
                if (result.Committed)
                {
                    OnCommitted(result.NextOffset);
                    announce(result.Candles);
                }
                else
                {
                    LogFenceMoved(partition, batch.From, result.NextOffset);
                    Restart(long.MaxValue); // until the reader has moved
                    OnSeek(result.NextOffset);
                }

                Recycle(batch);
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // Whatever became of the batch at hand, the fence tells the next owner.
        }
        finally
        {
            health.Clear(Name);
        }
    }

    /// <summary>
    /// Offsets were passed over. Transactions and compaction do that, and so would a record lost on its way here, which the fence could not
    /// tell: the jump is believed when it is there again.
    /// </summary>
    private void ReadAgain(long offset)
    {
        var from = _filling?.From ?? _next;
        LogJump(partition, _next, offset, from);
        _doubted = (_next, offset);
        Drop();
        _next = long.MaxValue;
        OnSeek(from);
    }

    // The waiting loop goes on on a thread of its own, not on the reader's.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task Arrival()
    {
        lock (_lock)
            return _arrived.Task;
    }

    SilverWriter CommitQueue.IMember.Writer => writer;

    (int Count, long Since) CommitQueue.IMember.Waiting
    {
        get
        {
            lock (_lock)
                return (_filling?.Consumed ?? 0, _firstAt);
        }
    }

    SilverBatch? CommitQueue.IMember.Take()
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested)
                return null;
            _arrived = NewSignal();
            var batch = _filling;
            _filling = null;
            _room.Set();
            return batch;
        }
    }

    // Two batches in all, one that fills and one that commits, each keeping the room that it once needed.
    private SilverBatch Empty()
    {
        var batch = _spare ?? new SilverBatch(options.Topic, partition, _next);
        _spare = null;
        batch.Reset(_next);
        return batch;
    }

    private void Recycle(SilverBatch batch)
    {
        lock (_lock)
            _spare = batch;
    }

    private void Drop()
    {
        _spare = _filling ?? _spare;
        _filling = null;
        _room.Set();
    }

    /// <summary>Commits after a failure, whose outcome is settled by the fence, however long it takes.</summary>
    private async Task<CommitResult> CommitAloneAsync(SilverBatch batch, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var result = await commits.AloneAsync(() => TryCommitAsync(batch, stop));
                if (attempt > 1)
                    LogRecovered(partition, attempt);
                return result;
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                // Whatever it is, going on would lose the batch: a partition that cannot commit stands still, and says so.
                metrics.Failed();
                health.Trouble(Name, $"cannot commit offset {batch.From}: {failure.Message}");
                LogCommitFailed(partition, batch.From, batch.Next, attempt, failure.Message);
                await Task.Delay(Backoff.Delay(attempt - 1), time, stop);
            }
        }
    }

    private async Task<CommitResult> TryCommitAsync(SilverBatch batch, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        var fence = await writer.TakeOverAsync(stop);
        if (fence != batch.From)
            return new CommitResult(fence == batch.Next, fence, 0, 0, 0, []);
        var result = await writer.CommitAsync(batch, stop);
        metrics.Committed([result], time.GetElapsedTime(started));
        return result;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Partition {Partition}: offsets [{From}, {Next}) not committed, attempt {Attempt}: {Reason}")]
    private partial void LogCommitFailed(int partition, long from, long next, int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Partition {Partition}: offset {Expected} was expected and {Offset} came; reading again from {From}")]
    private partial void LogJump(int partition, long expected, long offset, long from);

    [LoggerMessage(Level = LogLevel.Information, Message = "Partition {Partition}: committing again after {Attempts} failed attempts")]
    private partial void LogRecovered(int partition, int attempts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Partition {Partition}: the fence is not at {Expected} but at {Actual}; reading again from there")]
    private partial void LogFenceMoved(int partition, long expected, long actual);
}
