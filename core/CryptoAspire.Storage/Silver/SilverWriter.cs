using System.Runtime.InteropServices;
using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>
/// Commits the batches of one Kafka partition, effectively once (DESIGN §5): a transaction starts by moving the fence, and has one batch of one
/// or of several partitions.
/// Not thread-safe; several writers of the same partition, here or elsewhere, are safe: the fence lets one of them through.
/// </summary>
public sealed class SilverWriter
{
    private readonly ISilverStore _store;
    private readonly TimeProvider _time;
    private readonly string _topic;
    private readonly int _partition;
    private readonly FeedBook _feeds;
    private readonly TickerBook _tickers;
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
        _tickers = new TickerBook(store);
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
    public async Task<CommitResult> CommitAsync(SilverBatch batch, CancellationToken cancel) =>
        await CommitTogetherAsync([(this, batch)], cancel) is { } results
            ? results[0]
            : new CommitResult(false, await TakeOverAsync(cancel), 0, 0, 0, []);

    /// <summary>
    /// Commits the batches of several partitions in one transaction: all or none. Each keeps what it has alone, its fence, its ledger, its
    /// time; they share the round trips, the log's flush, and each other's failures.
    /// </summary>
    /// <param name="members">Each partition's writer and batch; no symbol may be in two of the batches (<see cref="SilverBatch.AddSymbolsTo"/>).</param>
    /// <param name="cancel">Ends the wait, with an outcome that is not known.</param>
    /// <returns>What became of each; null: a fence stood elsewhere, and nothing was written.</returns>
    /// <exception cref="NpgsqlException">PostgreSQL failed; whether the batches are committed is told by each writer's <see cref="TakeOverAsync"/>.</exception>
    /// <exception cref="StaleFeedException">Nothing was committed; try again.</exception>
    public static async Task<CommitResult[]?> CommitTogetherAsync(IReadOnlyList<(SilverWriter Writer, SilverBatch Batch)> members, CancellationToken cancel)
    {
        try
        {
            var results = await TryCommitAsync(members, cancel);
            if (results is null)
                Forget(members);
            return results;
        }
        catch
        {
            Forget(members);
            throw;
        }
    }

    private static async Task<CommitResult[]?> TryCommitAsync(IReadOnlyList<(SilverWriter Writer, SilverBatch Batch)> members, CancellationToken cancel)
    {
        // 1. New or seen, and what the new ones come to.
        var states = new SilverState[members.Count];
        for (var i = 0; i < states.Length; i++)
            states[i] = await members[i].Writer.PrepareAsync(members[i].Batch, cancel);

        // 2. The fences, rows, progress, candles, dirty buckets, latest prices, quarantine.
        await using var transaction = await members[0].Writer._store.BeginAsync(cancel);
        if (await transaction.WriteAsync(states, cancel) is not { } changed)
            return null;

        // 3. Commit. The caller announces.
        await transaction.CommitAsync(cancel);
        var results = new CommitResult[states.Length];
        for (var i = 0; i < states.Length; i++)
        {
            members[i].Writer._feeds.Accept();
            members[i].Writer._tickers.Accept();
            var state = states[i];
            results[i] = new CommitResult(true, state.Batch.Next, state.Accepted.Count, state.Duplicates, state.Batch.Refused.Count, CandlesOf(state, states, changed));
        }

        return results;
    }

    // A batch's symbols are those of its latest prices; a watermark closes candles of no others.
    private static IReadOnlyList<Candle> CandlesOf(SilverState state, SilverState[] states, IReadOnlyList<Candle> changed)
    {
        if (states.Length == 1)
            return changed;
        var symbols = state.Latest.Keys.Select(static key => key.Symbol).ToHashSet();
        return [.. changed.Where(candle => symbols.Contains(candle.Symbol))];
    }

    private static void Forget(IReadOnlyList<(SilverWriter Writer, SilverBatch Batch)> members)
    {
        foreach (var (writer, _) in members)
            writer.Forget();
    }

    private async Task<SilverState> PrepareAsync(SilverBatch batch, CancellationToken cancel)
    {
        await _feeds.PrepareAsync(batch, cancel);
        await _tickers.PrepareAsync(batch, cancel);
        var duplicates = Decide(batch);
        await _labels.PrepareAsync(_fold, cancel);
        var (candles, marks) = _labels.Label(_fold);
        await _store.EnsureDaysAsync(_fold.Days, cancel);
        return new SilverState
        {
            Batch = batch,
            Now = UnixMicroseconds.ToTime(_committedUs),
            Rows = _fold.Rows,
            Accepted = _fold.Accepted,
            Duplicates = duplicates,
            Feeds = _feeds.Changed(),
            Latest = _fold.Latest,
            Candles = candles,
            Marks = marks,
        };
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
        for (var place = 0; place < records.Length; place++)
        {
            ref readonly var row = ref records[place];
            if (!(row.Record.Kind == BronzeKind.Trade ? _feeds.TryTake(row.Record) : _tickers.TryTake(row.Record)))
                duplicates++;
            else
                _fold.Add(batch.Partition, place, row, ++processedUs);
        }

        return duplicates;
    }

    private void Forget()
    {
        _feeds.Forget();
        _tickers.Forget();
        _labels.Forget();
        _store.Forget();
    }
}
