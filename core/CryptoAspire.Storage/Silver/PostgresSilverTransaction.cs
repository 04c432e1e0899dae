using System.Collections.Concurrent;
using CryptoAspire.Market;
using CryptoAspire.Storage.Queries;
using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>
/// The transaction of one or several batches in PostgreSQL. Few rows go in one round trip with everything else; many by COPY, after the
/// fence. The texts of the statements are constant, so that each connection prepares them once.
/// </summary>
internal sealed class PostgresSilverTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) : ISilverTransaction
{
    // Beyond that COPY's encoding saves more than its round trips cost.
    private const int MostInserted = 200;

    private static readonly ConcurrentBag<ColumnPool> Pools = [];

    private readonly ColumnPool _columns = Pools.TryTake(out var pool) ? pool : new ColumnPool();

    public async Task<IReadOnlyList<Candle>?> WriteAsync(IReadOnlyList<SilverState> states, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        var commands = batch.BatchCommands;
        var rows = states.Sum(static state => state.Accepted.Count);

        // 1. The fences.
        var fence = FenceStatements.Advance(_columns, states);
        commands.Add(fence);

        // 2. Rows.
        if (rows > MostInserted)
        {
            if (await batch.ExecuteNonQueryAsync(cancel) != states.Count)
                return null;
            commands.Clear();
            await SilverCopy.WriteAsync(connection, states, cancel);
        }
        else if (rows > 0)
        {
            commands.Add(SilverInsert.Rows(_columns, states));
        }

        // 3. Progress, quarantine, latest prices, candles, dirty buckets.
        var feeds = Feeds(states);
        var saved = feeds.Count > 0 ? FeedStatements.Save(_columns, feeds) : null;
        if (saved is not null)
            commands.Add(saved);
        if (feeds.Exists(static feed => feed.Feed.NewGaps.Count > 0))
            commands.Add(FeedStatements.OpenGaps(_columns, feeds));
        if (feeds.Exists(static feed => feed.Feed.FilledHole))
            commands.Add(FeedStatements.CloseGaps(_columns, feeds));
        if (states.Any(static state => state.Batch.Refused.Count > 0))
            commands.Add(FenceStatements.Quarantine(_columns, states));
        if (states.Any(static state => state.Latest.Count > 0))
            commands.Add(LatestPriceStatement.Upsert(_columns, states));
        if (states.Any(static state => state.Candles.Count > 0))
        {
            commands.Add(CandleStatements.Merge(_columns, states));
            commands.Add(CandleStatements.MarkDirty(_columns, states));
        }

        if (states.Any(static state => state.Marks.Count > 0))
            commands.Add(CandleStatements.Finish(_columns, states));
        var changed = commands.Count > 0 ? await ReadCandlesAsync(batch, cancel) : [];

        if (rows <= MostInserted && fence.RecordsAffected != states.Count)
            return null;
        if (saved is not null && saved.RecordsAffected != feeds.Count)
            throw new StaleFeedException(feeds.Select(static feed => $"{feed.Key.Symbol} at {feed.Key.Source}"));
        return changed;
    }

    public Task CommitAsync(CancellationToken cancel) => transaction.CommitAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
        _columns.Reset();
        Pools.Add(_columns);
    }

    private static List<(FeedKey Key, Feed Feed, DateTimeOffset Now)> Feeds(IReadOnlyList<SilverState> states)
    {
        var feeds = new List<(FeedKey Key, Feed Feed, DateTimeOffset Now)>();
        foreach (var state in states)
        {
            foreach (var (key, feed) in state.Feeds)
                feeds.Add((key, feed, state.Now));
        }

        feeds.Sort(static (a, b) => FeedKey.Order.Compare(a.Key, b.Key));
        return feeds;
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
