using System.Buffers.Binary;
using CryptoAspire.Market;
using CryptoAspire.Storage.Silver;
using Npgsql;

namespace CryptoAspire.StreamProcessor.Tests.Simulation;

/// <summary>One transaction: what it has changed becomes visible at its commit, the rows that it changed are locked until its end.</summary>
internal sealed class SimTransaction(SimProcess process, SimDatabase database) : ISilverTransaction
{
    private readonly List<Action> _changes = [];
    private bool _ended;

    public async Task<IReadOnlyList<Candle>?> WriteAsync(IReadOnlyList<SilverState> states, CancellationToken cancel)
    {
        if (!await process.AskAsync($"fence of {string.Join(", ", states.Select(static state => state.Batch.Partition))}", () => AdvanceFences(states), cancel, () => states.All(state => IsFree(state.Batch.Partition))))
            return null;
        await process.AskAsync("rows", () => Copy(states), cancel);
        return await process.AskAsync<IReadOnlyList<Candle>>("candles", () => Write(states), cancel, () => LocksOf(states).All(IsFree));
    }

    public Task CommitAsync(CancellationToken cancel) => process.AskAsync(
        "commit",
        () =>
        {
            MustLive();
            foreach (var change in _changes)
                change();
            Rollback();
            return true;
        },
        cancel);

    public ValueTask DisposeAsync()
    {
        Rollback();
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends it, as pg_terminate_backend and a lost connection do.</summary>
    public void Rollback()
    {
        _ended = true;
        foreach (var key in database.Locks.Where(pair => pair.Value == this).Select(static pair => pair.Key).ToList())
            database.Locks.Remove(key);
    }

    private bool AdvanceFences(IReadOnlyList<SilverState> states)
    {
        MustLive();
        var moved = states.Where(state => database.Mutation == Mutation.NoFence || database.Ledger[state.Batch.Partition].Next == state.Batch.From).ToList();
        if (moved.Count < states.Count && !(moved.Count > 0 && database.Mutation == Mutation.NotAllFences))
            return false;
        foreach (var state in moved)
        {
            var batch = state.Batch;
            Lock(batch.Partition);
            var ledger = database.Ledger[batch.Partition];
            var row = new SimDatabase.LedgerRow(
                batch.Next,
                ledger.Consumed + batch.Consumed,
                ledger.Rows + state.Accepted.Count,
                ledger.Duplicates + state.Duplicates,
                ledger.Quarantined + batch.Refused.Count,
                ledger.Skipped + batch.Next - batch.From - batch.Consumed,
                UnixMicroseconds.Of(state.Now));
            var partition = batch.Partition;
            _changes.Add(() => database.Set(partition, row));
        }

        return true;
    }

    private bool Copy(IReadOnlyList<SilverState> states)
    {
        MustLive();
        foreach (var row in states.SelectMany(static state => Decode(state.Rows.Encoded)))
        {
            if (database.Mutation == Mutation.RowsOutsideTheTransaction)
                database.AddRow(row);
            else
                _changes.Add(() => database.AddRow(row));
        }

        return true;
    }

    private List<Candle> Write(IReadOnlyList<SilverState> states)
    {
        MustLive();
        foreach (var (key, feed) in states.SelectMany(static state => state.Feeds))
            Save(key, feed);
        foreach (var key in LocksOf(states))
            Lock(key);
        foreach (var state in states)
        {
            var candles = state.Candles.ToList();
            if (database.Mutation == Mutation.CandlesOutsideTheTransaction)
                candles.ForEach(database.Merge);
            else
                _changes.Add(() => candles.ForEach(database.Merge));
            var marks = state.Marks.ToList();
            var latest = state.Latest.Select(static pair => new KeyValuePair<FeedKey, SourceMark>(
                pair.Key, new SourceMark(pair.Key.Symbol, pair.Key.Source, pair.Value.Newest.EventTimeUs, pair.Value.ProcessedUs))).ToList();
            var (partition, refused) = (state.Batch.Partition, state.Batch.Refused.Select(static record => record.Offset).ToList());
            _changes.Add(() =>
            {
                marks.ForEach(database.Finish);
                database.AddQuarantined(partition, refused);
                foreach (var (key, mark) in latest)
                    database.Marks[key] = database.Marks.TryGetValue(key, out var kept) ? mark with { NewestUs = Math.Max(mark.NewestUs, kept.NewestUs) } : mark;
            });
        }

        return [];
    }

    private void Save(FeedKey key, Feed feed)
    {
        if (database.Feeds.TryGetValue(key, out var kept) && kept.Revision != feed.Revision && database.Mutation != Mutation.NoFeedRevision)
            throw new StaleFeedException([$"{key.Symbol} at {key.Source}"]);
        var saved = SimDatabase.Copy(feed, feed.Revision + 1);
        _changes.Add(() => database.Feeds[key] = saved);
    }

    private void MustLive()
    {
        if (_ended)
            throw new NpgsqlException("The connection was ended.");
    }

    private void Lock(object key) => database.Locks[key] = this;

    private bool IsFree(object key) => _ended || !database.Locks.TryGetValue(key, out var holder) || holder == this;

    private static IEnumerable<object> LocksOf(IReadOnlyList<SilverState> states) => states.SelectMany(static state =>
        state.Feeds.Select(static pair => (object)pair.Key)
            .Concat(state.Candles.Select(static row => (object)(row.Key.Symbol, row.Key.Venue)))
            .Concat(state.Marks.Select(static mark => (object)(mark.Symbol, mark.Venue))));

    // PostgreSQL's binary COPY: a header of 19 bytes, then a count of columns (2 bytes) and each column with its length (4 bytes), -1 for null.
    private static List<(int Partition, long Offset)> Decode(ReadOnlySpan<byte> copy)
    {
        var rows = new List<(int, long)>();
        copy = copy[19..];
        while (copy.Length >= 2 && BinaryPrimitives.ReadInt16BigEndian(copy) is > 0 and var columns)
        {
            copy = copy[2..];
            var (partition, offset) = (0, 0L);
            for (var column = 0; column < columns; column++)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(copy);
                copy = copy[4..];
                if (column == 5)
                    offset = BinaryPrimitives.ReadInt64BigEndian(copy);
                if (column == 7)
                    partition = BinaryPrimitives.ReadInt32BigEndian(copy);
                copy = copy[Math.Max(0, length)..];
            }

            rows.Add((partition, offset));
        }

        return rows;
    }
}
