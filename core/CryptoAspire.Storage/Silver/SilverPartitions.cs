using System.Collections.Concurrent;
using System.Globalization;
using CryptoAspire.Market;
using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>
/// Makes the day partitions of Silver when a batch first needs them: today's as well as a day of 2024 that a replay brings. Shared by all
/// writers of a process.
/// </summary>
public sealed class SilverPartitions(NpgsqlDataSource database)
{
    private const long AdvisoryLock = 0x73696c766572;

    private readonly ConcurrentDictionary<long, bool> _known = [];

    /// <summary>Sees to a partition for the day of each event time.</summary>
    internal async Task EnsureAsync(IEnumerable<long> days, CancellationToken cancel)
    {
        foreach (var day in days)
        {
            if (_known.ContainsKey(day))
                continue;
            await CreateAsync(DateOnly.FromDateTime(UnixMicroseconds.ToTime(day).UtcDateTime), cancel);
            _known[day] = true;
        }
    }

    /// <summary>Forgets what exists: retention may have dropped a day since.</summary>
    internal void Forget() => _known.Clear();

    private async Task CreateAsync(DateOnly day, CancellationToken cancel)
    {
        var name = "silver_" + day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var from = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var to = day.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        await using var connection = await database.OpenConnectionAsync(cancel);
        if (await ExistsAsync(connection, name, cancel))
            return;
        await FrozenWriters.OutwaitAsync(database, connection, CreateAsync(connection, name, from, to, cancel), $"the making of {name}", cancel);
    }

    // False when somebody else was first.
    private static async Task<bool> CreateAsync(NpgsqlConnection connection, string name, string from, string to, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var check = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection);
        check.Parameters.Add(new NpgsqlParameter<long> { TypedValue = AdvisoryLock });
        await check.ExecuteNonQueryAsync(cancel);
        if (await ExistsAsync(connection, name, cancel))
            return false;

        // Rows are only added and a day is dropped as a whole: a vacuum after inserts would read every page once more and give nothing back.
        // Attach instead of "partition of": it takes a weaker lock on the table that everybody writes to.
        await using var create = new NpgsqlCommand(
            $"""
            create table {name} (like crypto_prices_realtime including defaults including storage) with (autovacuum_vacuum_insert_threshold = -1);
            alter table crypto_prices_realtime attach partition {name} for values from ('{from} 00:00:00+00') to ('{to} 00:00:00+00');
            grant select on {name} to crypto_reader;
            insert into silver_partition (day, name) values ('{from}', '{name}');
            """,
            connection);
        await create.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, string name, CancellationToken cancel)
    {
        await using var exists = new NpgsqlCommand("select to_regclass($1) is not null", connection);
        exists.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return (bool)(await exists.ExecuteScalarAsync(cancel))!;
    }
}
