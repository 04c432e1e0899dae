using Npgsql;

namespace CryptoAspire.Storage.Feeds;

/// <summary>
/// Deletes old rows of the tables that the producers' sources fill and that have no partitions to drop: market data, the venues' own candles, and gaps that were
/// filled. A lost or open gap is kept.
/// </summary>
public sealed class RowRetention(NpgsqlDataSource database, TimeProvider time)
{
    // Few enough that nobody waits for their locks.
    private const int Batch = 10_000;

    /// <summary>One round; several processes may call it at once.</summary>
    /// <param name="marketData">How long market data is kept.</param>
    /// <param name="witnesses">How long the venues' candles and filled gaps are kept.</param>
    /// <returns>How many rows were deleted.</returns>
    /// <exception cref="NpgsqlException">PostgreSQL is away, or the schema is not there yet; what was done stays done.</exception>
    public async Task<long> ApplyAsync(TimeSpan marketData, TimeSpan witnesses, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        return await DeleteAsync("delete from market_data where ctid = any (array(select ctid from market_data where updated_at < $1 limit $2))", now - marketData, cancel)
            + await DeleteAsync("delete from venue_candle where ctid = any (array(select ctid from venue_candle where start < $1 limit $2))", now - witnesses, cancel)
            + await DeleteAsync("delete from feed_gap where state = 'filled' and ctid = any (array(select ctid from feed_gap where state = 'filled' and updated_at < $1 limit $2))", now - witnesses, cancel);
    }

    private async Task<long> DeleteAsync(string sql, DateTimeOffset before, CancellationToken cancel)
    {
        for (long deleted = 0; ;)
        {
            await using var command = database.CreateCommand(sql);
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = before });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Batch });
            var rows = await command.ExecuteNonQueryAsync(cancel);
            deleted += rows;
            if (rows < Batch) return deleted;
        }
    }
}
