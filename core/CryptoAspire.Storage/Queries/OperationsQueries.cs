using Npgsql;

namespace CryptoAspire.Storage.Queries;

/// <summary>Reads what an operator must know: incidents, refused records, the ledger.</summary>
public sealed class OperationsQueries(NpgsqlDataSource database)
{
    /// <summary>Incidents, newest first, with an id below <paramref name="before"/>.</summary>
    public async Task<IReadOnlyList<Incident>> IncidentsAsync(long before, int count, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select id, occurred_at, kind, detail from incident where id < $1 order by id desc limit $2");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = count });
        return await ReadAsync(command, static reader => new Incident(reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetString(3)), cancel);
    }

    /// <summary>Refused records, newest first, with an id below <paramref name="before"/>.</summary>
    public async Task<IReadOnlyList<QuarantinedRecord>> QuarantineAsync(long before, int count, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            "select id, quarantined_at, topic, kafka_partition, kafka_offset, reason, key, value from quarantine where id < $1 order by id desc limit $2");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = count });
        return await ReadAsync(
            command,
            static reader => new QuarantinedRecord(
                reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt64(4), reader.GetString(5),
                reader.IsDBNull(6) ? null : reader.GetFieldValue<byte[]>(6), reader.IsDBNull(7) ? null : reader.GetFieldValue<byte[]>(7)),
            cancel);
    }

    /// <summary>Each partition's fence and counters, with the newest check of them.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> LedgerAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select o.topic, o.partition, o.next_offset, o.consumed, o.rows, o.duplicates, o.quarantined, o.skipped, o.rewound, o.updated_at,
                   c.checked_at, c.balanced, coalesce(u.count, 0)
            from stream_offset o
            left join lateral (
                select checked_at, balanced from ledger_check c where c.topic = o.topic and c.partition = o.partition order by checked_at desc limit 1
            ) c on true
            left join lateral (
                select count(*) from ledger_check c where c.topic = o.topic and c.partition = o.partition and not balanced
            ) u on true
            order by 1, 2
            """);
        return await ReadAsync(
            command,
            static reader => new LedgerEntry(
                reader.GetString(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6),
                reader.GetInt64(7), reader.GetInt64(8), reader.GetFieldValue<DateTimeOffset>(9), reader.Nullable<DateTimeOffset>(10), reader.Nullable<bool>(11), reader.GetInt64(12)),
            cancel);
    }

    private static async Task<IReadOnlyList<T>> ReadAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancel))
            rows.Add(read(reader));
        return rows;
    }
}
