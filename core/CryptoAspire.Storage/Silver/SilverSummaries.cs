using CryptoAspire.Storage.Queries;
using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>
/// Summarises in Silver's BRIN indexes what was written since: a range of pages without a summary is read by every query. PostgreSQL itself
/// does it when it vacuums, which days that only grow never need.
/// </summary>
public sealed class SilverSummaries(NpgsqlDataSource database)
{
    private readonly Dictionary<uint, long> _summarised = [];

    /// <summary>Sees to every day that has grown since this was last called; a day whose table somebody vacuums is left to the next call.</summary>
    /// <returns>Ranges of pages that have a summary now.</returns>
    public async Task<int> UpdateAsync(CancellationToken cancel)
    {
        var ranges = 0;
        foreach (var (index, bytes) in await IndexesAsync(cancel))
        {
            if (_summarised.TryGetValue(index, out var before) && bytes == before)
                continue;
            if (await SummariseAsync(index, cancel) is not { } more)
                continue;
            _summarised[index] = bytes;
            ranges += more;
        }

        return ranges;
    }

    private async Task<IReadOnlyList<(uint Index, long Bytes)>> IndexesAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select x.indexrelid, coalesce(pg_relation_size(x.indrelid), 0) -- null: dropped meanwhile
            from pg_inherits h
            join pg_index x on x.indrelid = h.inhrelid
            join pg_class i on i.oid = x.indexrelid
            join pg_am a on a.oid = i.relam
            where h.inhparent = 'crypto_prices_realtime'::regclass and a.amname = 'brin'
            """);
        return await command.ListAsync(static reader => (reader.GetFieldValue<uint>(0), reader.GetInt64(1)), cancel);
    }

    // Null when the table is in other hands. Waiting for longer than deadlock_timeout would make autovacuum give up.
    private async Task<int?> SummariseAsync(uint index, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("set local lock_timeout = '200ms'"),
                new NpgsqlBatchCommand("select brin_summarize_new_values($1::oid::regclass)")
                {
                    Parameters = { new NpgsqlParameter { Value = index, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid } },
                },
            },
            Timeout = 0,
        };
        try
        {
            var ranges = (int)(await batch.ExecuteScalarAsync(cancel))!;
            await transaction.CommitAsync(cancel);
            return ranges;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedObject)
        {
            return null;
        }
    }
}
