using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>Silver in PostgreSQL.</summary>
internal sealed class PostgresSilverStore(NpgsqlDataSource database, SilverPartitions partitions) : ISilverStore
{
    public Task<Fence> ReadFenceAsync(string topic, int partition, DateTimeOffset now, CancellationToken cancel) =>
        FenceStatements.ReadAsync(database, topic, partition, now, cancel);

    public Task<bool> SkipAsync(string topic, int partition, long from, long to, string reason, DateTimeOffset now, CancellationToken cancel) =>
        FenceStatements.SkipAsync(database, topic, partition, from, to, reason, now, cancel);

    public Task<Dictionary<FeedKey, Feed>> LoadFeedsAsync(IReadOnlyCollection<FeedKey> keys, CancellationToken cancel) =>
        FeedStatements.LoadAsync(database, keys, cancel);

    public Task<HashSet<long>> FindTradesAsync(FeedKey key, long[] ids, long fromUs, long toUs, CancellationToken cancel) =>
        FeedStatements.FindInSilverAsync(database, key, ids, fromUs, toUs, cancel);

    public Task<HashSet<long>> FindTickersAsync(FeedKey key, long[] timesUs, CancellationToken cancel) =>
        FeedStatements.FindTickersAsync(database, key, timesUs, cancel);

    public Task<List<SourceMark>> LoadMarksAsync(IReadOnlyCollection<string> symbols, CancellationToken cancel) =>
        LatestPriceStatement.LoadMarksAsync(database, symbols, cancel);

    public Task EnsureDaysAsync(IEnumerable<long> days, CancellationToken cancel) => partitions.EnsureAsync(days, cancel);

    public void Forget() => partitions.Forget();

    public async Task<ISilverTransaction> BeginAsync(CancellationToken cancel)
    {
        var connection = await database.OpenConnectionAsync(cancel);
        try
        {
            return new PostgresSilverTransaction(connection, await connection.BeginTransactionAsync(cancel));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
