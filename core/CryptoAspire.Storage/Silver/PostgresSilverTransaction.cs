using CryptoAspire.Market;
using CryptoAspire.Storage.Queries;
using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>A batch's transaction in PostgreSQL.</summary>
internal sealed class PostgresSilverTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) : ISilverTransaction
{
    public async Task<bool> AdvanceFenceAsync(SilverBatch batch, int rows, int duplicates, DateTimeOffset now, CancellationToken cancel)
    {
        await using var fence = new NpgsqlBatch(connection);
        fence.BatchCommands.Add(FenceStatements.Advance(batch, rows, duplicates, now));
        return await fence.ExecuteNonQueryAsync(cancel) == 1;
    }

    public Task CopyAsync(SilverCopy rows, CancellationToken cancel) => SilverCopy.WriteAsync(connection, rows, cancel);

    public async Task<IReadOnlyList<Candle>> WriteAsync(SilverState state, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        var commands = batch.BatchCommands;
        foreach (var (key, feed) in state.Feeds)
            commands.Add(FeedStatements.Save(key, feed, state.Now));
        foreach (var (key, feed) in state.Feeds)
        {
            if (feed.NewGaps.Count > 0)
                commands.Add(FeedStatements.OpenGaps(key, feed.NewGaps, state.Now));
            if (feed.FilledHole)
                commands.Add(FeedStatements.CloseGaps(key, feed.Progress, state.Now));
        }

        if (state.Batch.Refused.Count > 0)
            commands.Add(FenceStatements.Quarantine(state.Batch, state.Now));
        foreach (var (key, row) in state.Latest)
            commands.Add(LatestPriceStatement.Upsert(key, row));
        if (state.Candles.Count > 0)
        {
            commands.Add(CandleStatements.Merge(state.Candles, state.Batch, state.Now));
            commands.Add(CandleStatements.MarkDirty(BatchFold.DirtyBuckets(state.Candles), state.Now));
        }

        if (state.Marks.Count > 0)
            commands.Add(CandleStatements.Finish(state.Marks, state.Batch, state.Now));
        if (commands.Count == 0)
            return [];

        var changed = await ReadCandlesAsync(batch, cancel);
        for (var i = 0; i < state.Feeds.Count; i++)
        {
            if (commands[i].RecordsAffected != 1)
                throw new StaleFeedException(state.Feeds[i].Key.Source, state.Feeds[i].Key.Symbol);
        }

        return changed;
    }

    public Task CommitAsync(CancellationToken cancel) => transaction.CommitAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private static async Task<IReadOnlyList<Candle>> ReadCandlesAsync(NpgsqlBatch batch, CancellationToken cancel)
    {
        var candles = new List<Candle>();
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        do
        {
            while (await reader.ReadAsync(cancel))
                candles.Add(CandleRow.Read(reader));
        }
        while (await reader.NextResultAsync(cancel));
        return candles;
    }
}
