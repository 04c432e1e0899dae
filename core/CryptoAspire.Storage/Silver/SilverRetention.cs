using CryptoAspire.Market;
using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>
/// Keeps Silver's days: makes the partitions of the days to come, drops those past the limits. A dropped day is no loss of candles, Gold
/// or progress, which have tables of their own.
/// </summary>
public sealed class SilverRetention(NpgsqlDataSource database, SilverPartitions partitions, TimeProvider time)
{
    private const int DaysAhead = 2;
    private const long AdvisoryLock = 0x72657461696e;

    // What the newest events may still be written to is never dropped, however large it is.
    private static readonly TimeSpan LeastKept = TimeSpan.FromDays(1);

    /// <summary>One round; several processes may call it, one at a time works.</summary>
    /// <param name="keep">A day is dropped when it has been kept for longer; at least a day.</param>
    /// <param name="mostBytes">The oldest days are dropped beyond that; null: no limit.</param>
    /// <returns>The days that were dropped.</returns>
    /// <exception cref="NpgsqlException">PostgreSQL is away, or the schema is not there yet; what was done stays done.</exception>
    public async Task<IReadOnlyList<SilverDay>> ApplyAsync(TimeSpan keep, long? mostBytes, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var today = Interval.OneDay.StartOf(UnixMicroseconds.Of(now));
        await partitions.EnsureAsync(Enumerable.Range(0, DaysAhead + 1).Select(day => today + day * Interval.OneDay.Microseconds()), cancel);

        await using var connection = await database.OpenConnectionAsync(cancel);
        if (!(bool)(await ScalarAsync(connection, $"select pg_try_advisory_lock({AdvisoryLock})", cancel))!)
            return [];
        try
        {
            var dropped = Expired(await ReadAsync(connection, cancel), now, keep, mostBytes);
            foreach (var day in dropped)
                await DropAsync(connection, day, cancel);
            return dropped;
        }
        finally
        {
            // The connection goes back to a pool that does not reset it.
            if (connection.State == System.Data.ConnectionState.Open)
                await ScalarAsync(connection, $"select pg_advisory_unlock({AdvisoryLock})", CancellationToken.None);
        }
    }

    /// <summary>The days to drop, oldest first.</summary>
    public static IReadOnlyList<SilverDay> Expired(IEnumerable<SilverDay> days, DateTimeOffset now, TimeSpan keep, long? mostBytes)
    {
        var oldestFirst = days.OrderBy(static day => day.KeptFrom).ThenBy(static day => day.Day).ToList();
        var bytes = oldestFirst.Sum(static day => day.Bytes);
        var expired = new List<SilverDay>();
        foreach (var day in oldestFirst)
        {
            if (now - day.KeptFrom < LeastKept || (now - day.KeptFrom < keep && !(bytes > mostBytes)))
                break;
            expired.Add(day);
            bytes -= day.Bytes;
        }

        return expired;
    }

    private static async Task<List<SilverDay>> ReadAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            "select day, name, created_at, pg_total_relation_size(to_regclass(name)) from silver_partition where to_regclass(name) is not null", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var days = new List<SilverDay>();
        while (await reader.ReadAsync(cancel))
            days.Add(new SilverDay(reader.GetFieldValue<DateOnly>(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt64(3)));
        return days;
    }

    /// <summary>
    /// Detaches without stopping the writers, then drops. A detachment that was cut short is finished; a late trade of that day meanwhile
    /// fails its batch, which is tried again and makes the day anew.
    /// </summary>
    private static async Task DropAsync(NpgsqlConnection connection, SilverDay day, CancellationToken cancel)
    {
        var attached = await ScalarAsync(connection, $"select inhdetachpending from pg_inherits where inhrelid = '{day.Name}'::regclass", cancel);
        if (attached is bool pending)
            await ScalarAsync(connection, $"alter table crypto_prices_realtime detach partition {day.Name} {(pending ? "finalize" : "concurrently")}", cancel);
        await ScalarAsync(connection, $"drop table {day.Name}; delete from silver_partition where name = '{day.Name}'", cancel);
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        return await command.ExecuteScalarAsync(cancel);
    }
}
