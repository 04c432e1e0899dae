using System.Runtime.InteropServices;
using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using CryptoAspire.Storage.Queries;
using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>
/// Commits the batches of one Kafka partition, effectively once (DESIGN §5): one batch is one transaction that starts by moving the fence.
/// Not thread-safe; several writers of the same partition, here or elsewhere, are safe: the fence lets one of them through.
/// </summary>
public sealed class SilverWriter(NpgsqlDataSource database, SilverPartitions partitions, TimeProvider time, string topic, int partition)
{
    private readonly FeedBook _feeds = new(database);
    private readonly Watermarks _watermarks = new();
    private readonly BatchFold _fold = new();
    private long _lastProcessedUs;

    /// <summary>
    /// Reads the fence as the new owner, and forgets what we thought to know: call it at assignment, after a batch that was not committed,
    /// and after an exception from <see cref="CommitAsync"/>, whose outcome it settles.
    /// </summary>
    /// <returns>The offset to read from.</returns>
    public async Task<long> TakeOverAsync(CancellationToken cancel)
    {
        Forget();
        return await FenceStatements.ReadAsync(database, topic, partition, time.GetUtcNow(), cancel);
    }

    /// <summary>
    /// Moves the fence over offsets that Kafka no longer has (deleted by retention, or a topic made anew), with an incident for the operator.
    /// </summary>
    /// <returns>False: the fence was not at <paramref name="from"/>.</returns>
    public async Task<bool> SkipAsync(long from, long to, string reason, CancellationToken cancel)
    {
        Forget();
        await using var command = database.CreateCommand(
            """
            with moved as (
                update stream_offset
                set next_offset = $4, skipped = skipped + greatest(0, $4 - $3), updated_at = $6
                where topic = $1 and partition = $2 and next_offset = $3
                returning 1
            )
            insert into incident (occurred_at, kind, detail)
            select $6, 'bronze-skipped', $5 from moved
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = topic });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = partition });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = reason });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        return await command.ExecuteNonQueryAsync(cancel) == 1;
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
        var now = time.GetUtcNow();
        var duplicates = Decide(batch, UnixMicroseconds.Of(now));
        var candles = Label(batch, UnixMicroseconds.Of(now), out var marks);
        await partitions.EnsureAsync(_fold.Days, cancel);

        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);

        // 2. The fence.
        if (!await AdvanceFenceAsync(connection, batch, duplicates, now, cancel))
        {
            await transaction.RollbackAsync(cancel);
            return new CommitResult(false, await TakeOverAsync(cancel), 0, 0, 0, []);
        }

        // 3. Rows.
        if (_fold.RowCount > 0)
            await SilverCopy.WriteAsync(connection, _fold.Rows, cancel);

        // 4. Progress, candles, dirty buckets, latest prices, quarantine.
        var changed = await WriteStateAsync(connection, batch, candles, marks, now, cancel);

        // 5. Commit. The caller announces.
        await transaction.CommitAsync(cancel);
        _feeds.Accept();
        return new CommitResult(true, batch.Next, _fold.RowCount, duplicates, batch.Refused.Count, changed);
    }

    private int Decide(SilverBatch batch, long nowUs)
    {
        _fold.Reset();
        var records = CollectionsMarshal.AsSpan(batch.Records);

        // Each row its own microsecond, ending now: "latest by processed_at" is then the row that came last.
        var processedUs = Math.Max(nowUs - records.Length, _lastProcessedUs);
        var duplicates = 0;
        foreach (ref readonly var row in records)
        {
            if (row.Record.Kind == BronzeKind.Trade && !_feeds.TryTake(row.Record))
                duplicates++;
            else
                _fold.Add(batch.Partition, row, ++processedUs);
        }

        _lastProcessedUs = processedUs;
        return duplicates;
    }

    /// <summary>Moves the watermarks and labels the candles; <paramref name="marks"/> are those that passed the end of a minute.</summary>
    private List<CandleStatements.Row> Label(SilverBatch batch, long nowUs, out List<(string Symbol, string Venue, long WatermarkUs)> marks)
    {
        var venues = new Dictionary<(string Symbol, string Venue), long>();
        foreach (var key in _fold.Latest.Keys)
        {
            venues.TryAdd((key.Symbol, key.Source), _watermarks.Of(key.Symbol, key.Source, nowUs));
            venues.TryAdd((key.Symbol, Venue.All), _watermarks.Of(key.Symbol, Venue.All, nowUs));
        }

        foreach (var (key, row) in _fold.Latest)
            _watermarks.Observe(key.Symbol, key.Source, row.Newest.EventTimeUs, nowUs);

        marks = [];
        foreach (var ((symbol, venue), before) in venues)
        {
            var after = _watermarks.Of(symbol, venue, nowUs);
            if (after != Watermarks.None && (before == Watermarks.None || Interval.OneMinute.StartOf(after) > Interval.OneMinute.StartOf(before)))
                marks.Add((symbol, venue, after));
        }

        return _fold.Candles(key => venues[(key.Symbol, key.Venue)], key => _watermarks.Of(key.Symbol, key.Venue, nowUs));
    }

    private async Task<bool> AdvanceFenceAsync(NpgsqlConnection connection, SilverBatch batch, int duplicates, DateTimeOffset now, CancellationToken cancel)
    {
        await using var fence = new NpgsqlBatch(connection);
        fence.BatchCommands.Add(FenceStatements.Advance(batch, _fold.RowCount, duplicates, now));
        return await fence.ExecuteNonQueryAsync(cancel) == 1;
    }

    private async Task<IReadOnlyList<Candle>> WriteStateAsync(
        NpgsqlConnection connection,
        SilverBatch batch,
        List<CandleStatements.Row> candles,
        List<(string Symbol, string Venue, long WatermarkUs)> marks,
        DateTimeOffset now,
        CancellationToken cancel)
    {
        await using var state = new NpgsqlBatch(connection);
        var (saved, feedCommands) = _feeds.Save(now);
        foreach (var command in feedCommands)
            state.BatchCommands.Add(command);
        if (batch.Refused.Count > 0)
            state.BatchCommands.Add(FenceStatements.Quarantine(batch, now));
        foreach (var (key, row) in _fold.Latest)
            state.BatchCommands.Add(LatestPriceStatement.Upsert(key, row));
        if (candles.Count > 0)
        {
            state.BatchCommands.Add(CandleStatements.Merge(candles, batch, now));
            state.BatchCommands.Add(CandleStatements.MarkDirty(BatchFold.DirtyBuckets(candles), now));
        }

        if (marks.Count > 0)
            state.BatchCommands.Add(CandleStatements.Finish(marks, now));
        if (state.BatchCommands.Count == 0)
            return [];

        var changed = await ReadCandlesAsync(state, cancel);
        for (var i = 0; i < saved.Count; i++)
        {
            if (feedCommands[i].RecordsAffected != 1)
                throw new StaleFeedException(saved[i].Source, saved[i].Symbol);
        }

        return changed;
    }

    private static async Task<IReadOnlyList<Candle>> ReadCandlesAsync(NpgsqlBatch state, CancellationToken cancel)
    {
        var candles = new List<Candle>();
        await using var reader = await state.ExecuteReaderAsync(cancel);
        do
        {
            while (await reader.ReadAsync(cancel))
                candles.Add(CandleRow.Read(reader));
        }
        while (await reader.NextResultAsync(cancel));
        return candles;
    }

    private void Forget()
    {
        _feeds.Forget();
        _watermarks.Clear();
        partitions.Forget();
    }
}
