using System.Runtime.InteropServices;
using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>
/// Commits the batches of one Kafka partition, effectively once (DESIGN §5): one batch is one transaction that starts by moving the fence.
/// Not thread-safe; several writers of the same partition, here or elsewhere, are safe: the fence lets one of them through.
/// </summary>
public sealed class SilverWriter
{
    private readonly ISilverStore _store;
    private readonly TimeProvider _time;
    private readonly string _topic;
    private readonly int _partition;
    private readonly FeedBook _feeds;
    private readonly CandleLabels _labels;
    private readonly BatchFold _fold = new();
    private long _committedUs;

    public SilverWriter(NpgsqlDataSource database, SilverPartitions partitions, TimeProvider time, string topic, int partition)
        : this(new PostgresSilverStore(database, partitions), time, topic, partition)
    {
    }

    internal SilverWriter(ISilverStore store, TimeProvider time, string topic, int partition)
    {
        _store = store;
        _time = time;
        _topic = topic;
        _partition = partition;
        _feeds = new FeedBook(store);
        _labels = new CandleLabels(store, time);
    }

    /// <summary>
    /// Reads the fence as the new owner, and forgets what we thought to know: call it at assignment, after a batch that was not committed,
    /// and after an exception from <see cref="CommitAsync"/>, whose outcome it settles. A transaction that does not let go of the fence
    /// (its process is frozen) is ended.
    /// </summary>
    /// <returns>The offset to read from.</returns>
    public async Task<long> TakeOverAsync(CancellationToken cancel)
    {
        Forget();
        var fence = await _store.ReadFenceAsync(_topic, _partition, _time.GetUtcNow(), cancel);
        _committedUs = Math.Max(_committedUs, fence.CommittedUs);
        return fence.Next;
    }

    /// <summary>
    /// Moves the fence over offsets that Kafka no longer has (deleted by retention, or a topic made anew), with an incident for the operator.
    /// </summary>
    /// <returns>False: the fence was not at <paramref name="from"/>.</returns>
    public Task<bool> SkipAsync(long from, long to, string reason, CancellationToken cancel)
    {
        Forget();
        return _store.SkipAsync(_topic, _partition, from, to, reason, _time.GetUtcNow(), cancel);
    }

    /// <summary>Commits a batch.</summary>
    /// <exception cref="NpgsqlException">PostgreSQL failed; whether the batch is committed is told by <see cref="TakeOverAsync"/>.</exception>
    /// <exception cref="StaleFeedException">Nothing was committed; try again.</exception>
    public async Task<CommitResult> CommitAsync(SilverBatch batch, CancellationToken cancel)
    {
        try
        {
            return await TryCommitAsync(batch, cancel);
        }
        catch
        {
            Forget();
            throw;
        }
    }

    private async Task<CommitResult> TryCommitAsync(SilverBatch batch, CancellationToken cancel)
    {
        // 1. New or seen, and what the new ones come to.
        await _feeds.PrepareAsync(batch, cancel);
        var duplicates = Decide(batch);
        await _labels.PrepareAsync(_fold, cancel);
        var (candles, marks) = _labels.Label(_fold);
        await _store.EnsureDaysAsync(_fold.Days, cancel);

        var now = UnixMicroseconds.ToTime(_committedUs);
        await using var transaction = await _store.BeginAsync(cancel);

        // 2. The fence.
        if (!await transaction.AdvanceFenceAsync(batch, _fold.RowCount, duplicates, now, cancel))
        {
            await transaction.DisposeAsync();
            return new CommitResult(false, await TakeOverAsync(cancel), 0, 0, 0, []);
        }

        // 3. Rows.
        if (_fold.RowCount > 0)
            await transaction.CopyAsync(_fold.Rows, cancel);

        // 4. Progress, candles, dirty buckets, latest prices, quarantine.
        var state = new SilverState { Batch = batch, Now = now, Feeds = _feeds.Changed(), Latest = _fold.Latest, Candles = candles, Marks = marks };
        var changed = await transaction.WriteAsync(state, cancel);

        // 5. Commit. The caller announces.
        await transaction.CommitAsync(cancel);
        _feeds.Accept();
        return new CommitResult(true, batch.Next, _fold.RowCount, duplicates, batch.Refused.Count, changed);
    }

    private int Decide(SilverBatch batch)
    {
        _fold.Reset();
        var records = CollectionsMarshal.AsSpan(batch.Records);

        // Each row its own microsecond, ending at the batch's time, which rises even when the clock is set back: "latest by processed_at"
        // is the row that came last, and "processed by T" never splits what a later batch knew from what an earlier one did.
        var processedUs = Math.Max(UnixMicroseconds.Of(_time.GetUtcNow()) - records.Length, _committedUs);
        _committedUs = processedUs + Math.Max(1, records.Length);
        var duplicates = 0;
        foreach (ref readonly var row in records)
        {
            if (row.Record.Kind == BronzeKind.Trade && !_feeds.TryTake(row.Record))
                duplicates++;
            else
                _fold.Add(batch.Partition, row, ++processedUs);
        }

        return duplicates;
    }

    private void Forget()
    {
        _feeds.Forget();
        _labels.Forget();
        _store.Forget();
    }
}
