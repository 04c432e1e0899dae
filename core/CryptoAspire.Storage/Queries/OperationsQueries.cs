using Npgsql;

namespace CryptoAspire.Storage.Queries;

/// <summary>Reads what an operator must know: incidents, refused records, the ledger.</summary>
public sealed class OperationsQueries(NpgsqlDataSource database)
{
    /// <summary>Bytes of key and value that <see cref="QuarantinePreviewsAsync"/> brings.</summary>
    public const int PreviewBytes = 240;

    internal static readonly string SelectQuarantine = Select("key", "value");

    private static readonly string SelectPreviews = Select($"substring(key from 1 for {PreviewBytes})", $"substring(value from 1 for {PreviewBytes})");

    /// <summary>Incidents, newest first, with an id below <paramref name="before"/>.</summary>
    public async Task<IReadOnlyList<Incident>> IncidentsAsync(long before, int count, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select id, occurred_at, kind, detail from incident where id < $1 order by id desc limit $2");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = count });
        return await command.ListAsync(static reader => new Incident(reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetString(3)), cancel);
    }

    /// <summary>Refused records, newest first.</summary>
    public async Task<IReadOnlyList<QuarantinedRecord>> QuarantineAsync(QuarantineFilter filter, int count, CancellationToken cancel)
    {
        await using var command = Filtered(SelectQuarantine, filter, "desc", count);
        return await command.ListAsync(ReadQuarantined, cancel);
    }

    /// <summary>Refused records, newest first, with the first <see cref="PreviewBytes"/> of their keys and values only: a record may be megabytes long.</summary>
    public async Task<IReadOnlyList<QuarantinedRecord>> QuarantinePreviewsAsync(QuarantineFilter filter, int count, CancellationToken cancel)
    {
        await using var command = Filtered(SelectPreviews, filter, "desc", count);
        return await command.ListAsync(ReadQuarantined, cancel);
    }

    /// <summary>Ids of refused records, oldest first.</summary>
    public async Task<IReadOnlyList<long>> QuarantineIdsAsync(QuarantineFilter filter, int count, CancellationToken cancel)
    {
        await using var command = Filtered("select id from quarantine", filter, "asc", count);
        return await command.ListAsync(static reader => reader.GetInt64(0), cancel);
    }

    /// <summary>One refused record; null when there is none with the id.</summary>
    public async Task<QuarantinedRecord?> QuarantinedAsync(long id, CancellationToken cancel)
    {
        await using var command = database.CreateCommand($"{SelectQuarantine} where id = $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        return (await command.ListAsync(ReadQuarantined, cancel)).SingleOrDefault();
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
        return await command.ListAsync(
            static reader => new LedgerEntry(
                reader.GetString(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6),
                reader.GetInt64(7), reader.GetInt64(8), reader.GetFieldValue<DateTimeOffset>(9), reader.Nullable<DateTimeOffset>(10), reader.Nullable<bool>(11), reader.GetInt64(12)),
            cancel);
    }

    private static string Select(string key, string value) =>
        $"""
        select id, quarantined_at, topic, kafka_partition, kafka_offset, reason, {key}, {value}, reinjected_at, reinjected_by, reinjected_partition, reinjected_offset, mended
        from quarantine
        """;

    private NpgsqlCommand Filtered(string select, QuarantineFilter filter, string order, int count)
    {
        var command = database.CreateCommand(
            $"""
            {select}
            where id < $1 and ($2::text is null or topic = $2) and ($3::text is null or strpos(lower(reason), lower($3)) > 0)
              and ($4::timestamptz is null or quarantined_at >= $4) and ($5::timestamptz is null or quarantined_at < $5)
              and ($6::boolean is null or (reinjected_at is not null) = $6)
            order by id {order}
            limit $7
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = filter.Before });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = filter.Topic });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = filter.Reason });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset?> { TypedValue = filter.From?.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset?> { TypedValue = filter.To?.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<bool?> { TypedValue = filter.Reinjected });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = count });
        return command;
    }

    internal static QuarantinedRecord ReadQuarantined(NpgsqlDataReader reader) => new(
        reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt64(4), reader.GetString(5),
        reader.IsDBNull(6) ? null : reader.GetFieldValue<byte[]>(6), reader.IsDBNull(7) ? null : reader.GetFieldValue<byte[]>(7),
        reader.Nullable<DateTimeOffset>(8), reader.Text(9), reader.Nullable<int>(10), reader.Nullable<long>(11), reader.GetBoolean(12));
}
