using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using CryptoAspire.Storage.Silver;
using CryptoAspire.StreamProcessor.Health;

namespace CryptoAspire.StreamProcessor;

/// <summary>
/// One partition's way from Kafka to Silver: its reader fills the next batch while the current one commits. A batch is what came in the
/// meantime, so it is small at a low rate and grows under load up to its limit, where the reader waits.
/// </summary>
internal sealed partial class PartitionPipeline(
    int partition,
    SilverWriter writer,
    SilverOptions options,
    SemaphoreSlim commitGate,
    Action<IReadOnlyList<Candle>> announce,
    SilverHealth health,
    SilverMetrics metrics,
    TimeProvider time,
    ILogger logger)
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
                // 1. Poll: wait for a first record, and a moment for more.
                await Arrival();
                if (Linger() is var wait && wait > TimeSpan.Zero)
                    await Task.Delay(wait, time, stop);

                // 2. Decide and commit.
                SilverBatch batch;
                CommitResult result;
                await commitGate.WaitAsync(stop);
                try
                {
                    if (Take() is not { } taken)
                        continue;
                    batch = taken;
                    result = await CommitAsync(batch, stop);
                }
                finally
                {
                    commitGate.Release();
                }

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

    // The waiting loop goes on on a thread of its own, not on the poll loop's.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task Arrival()
    {
        lock (_lock)
            return _arrived.Task;
    }

    /// <summary>What is left of the first record's wait for company.</summary>
    private TimeSpan Linger()
    {
        lock (_lock)
        {
            return _filling is { } batch && batch.Consumed < options.EagerSize
                ? TimeSpan.FromMilliseconds(options.LingerMilliseconds) - time.GetElapsedTime(_firstAt)
                : TimeSpan.Zero;
        }
    }

    private SilverBatch? Take()
    {
        lock (_lock)
        {
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

    /// <summary>Commits, however long it takes; a failure's outcome is settled by the fence.</summary>
    private async Task<CommitResult> CommitAsync(SilverBatch batch, CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            var started = time.GetTimestamp();
            try
            {
                // A failed attempt leaves its outcome unknown until the fence is read.
                var fence = attempt == 0 ? batch.From : await writer.TakeOverAsync(stop);
                var result = fence == batch.From
                    ? await writer.CommitAsync(batch, stop)
                    : new CommitResult(fence == batch.Next, fence, 0, 0, 0, []);
                if (attempt > 0)
                    LogRecovered(partition, attempt);
                health.Clear(Name);
                metrics.Committed(result, time.GetElapsedTime(started));
                return result;
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                // Whatever it is, going on would lose the batch: a partition that cannot commit stands still, and says so.
                metrics.Failed();
                health.Trouble(Name, $"cannot commit offset {batch.From}: {failure.Message}");
                LogCommitFailed(partition, batch.From, batch.Next, attempt, failure.Message);
                await Task.Delay(Backoff.Delay(attempt), time, stop);
            }
        }
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
