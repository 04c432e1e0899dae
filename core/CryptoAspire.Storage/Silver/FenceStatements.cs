using CryptoAspire.Market;
using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>SQL on <c>stream_offset</c>, the fence and ledger, and on <c>quarantine</c>.</summary>
internal static class FenceStatements
{
    /// <summary>
    /// Moves the fences from the batches' starts to their ends and counts; as many rows are affected as there are batches, or we are not
    /// the owner of them all. Locked in order, so that writers never wait for each other in a circle.
    /// </summary>
    /// <param name="columns">Where the parameters' room comes from.</param>
    /// <param name="states">Batches of one topic, each of another partition.</param>
    public static NpgsqlBatchCommand Advance(ColumnPool columns, IReadOnlyList<SilverState> states)
    {
        var command = new NpgsqlBatchCommand(
            """
            with batch as (
                select *
                from unnest($2, $3, $4, $5, $6, $7, $8, $9, $10)
                  as b (partition, from_offset, next_offset, consumed, rows, duplicates, quarantined, skipped, updated_at)
            ), owned as (
                select o.topic, o.partition
                from stream_offset o
                join batch b on b.partition = o.partition and b.from_offset = o.next_offset
                where o.topic = $1
                order by o.partition
                for update of o
            )
            update stream_offset o
            set next_offset = b.next_offset,
                consumed    = o.consumed + b.consumed,
                rows        = o.rows + b.rows,
                duplicates  = o.duplicates + b.duplicates,
                quarantined = o.quarantined + b.quarantined,
                skipped     = o.skipped + b.skipped,
                updated_at  = b.updated_at
            from owned
            join batch b using (partition)
            where o.topic = owned.topic and o.partition = owned.partition and o.next_offset = b.from_offset
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = states[0].Batch.Topic });
        var (partitions, froms, nexts) = (columns.Add<int>(command), columns.Add<long>(command), columns.Add<long>(command));
        var (consumed, rows, duplicates) = (columns.Add<long>(command), columns.Add<long>(command), columns.Add<long>(command));
        var (quarantined, skipped, times) = (columns.Add<long>(command), columns.Add<long>(command), columns.Add<DateTimeOffset>(command));
        foreach (var state in states)
        {
            partitions.Add(state.Batch.Partition);
            froms.Add(state.Batch.From);
            nexts.Add(state.Batch.Next);
            consumed.Add(state.Batch.Consumed);
            rows.Add(state.Accepted.Count);
            duplicates.Add(state.Duplicates);
            quarantined.Add(state.Batch.Refused.Count);
            skipped.Add(state.Batch.Next - state.Batch.From - state.Batch.Consumed);
            times.Add(state.Now);
        }

        return command;
    }

    /// <summary>
    /// Where the fence stands, after any transaction that still holds it has ended: settles a commit whose answer we never got.
    /// Makes the row at offset 0 when there is none. A transaction that holds it for too long is ended, and an
    /// incident says so: its process is frozen or cut off, and if it is not, it reads the fence as we do and goes on from there.
    /// </summary>
    public static async Task<Fence> ReadAsync(NpgsqlDataSource database, string topic, int partition, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await FrozenWriters.OutwaitAsync(database, connection, ReadAsync(connection, topic, partition, now, cancel), $"{topic} [{partition}]", cancel);
    }

    private static async Task<Fence> ReadAsync(NpgsqlConnection connection, string topic, int partition, DateTimeOffset now, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var insert = new NpgsqlCommand(
            "insert into stream_offset (topic, partition, next_offset, updated_at) values ($1, $2, 0, $3) on conflict do nothing", connection);
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = topic });
        insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = partition });
        insert.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        await insert.ExecuteNonQueryAsync(cancel);

        await using var select = new NpgsqlCommand(
            "select next_offset, consumed, updated_at from stream_offset where topic = $1 and partition = $2 for update", connection);
        select.Parameters.Add(new NpgsqlParameter<string> { TypedValue = topic });
        select.Parameters.Add(new NpgsqlParameter<int> { TypedValue = partition });
        Fence fence;
        await using (var reader = await select.ExecuteReaderAsync(cancel))
        {
            await reader.ReadAsync(cancel);
            fence = new Fence(reader.GetInt64(0), reader.GetInt64(1) == 0 ? 0 : UnixMicroseconds.Of(reader.GetFieldValue<DateTimeOffset>(2)));
        }

        await transaction.CommitAsync(cancel);
        return fence;
    }

    /// <summary>Moves the fence from <paramref name="from"/> over offsets that Kafka does not have, with an incident; false when it was elsewhere.</summary>
    public static async Task<bool> SkipAsync(
        NpgsqlDataSource database, string topic, int partition, long from, long to, string reason, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            with moved as (
                update stream_offset
                set next_offset = $4,
                    skipped     = skipped + greatest(0, $4 - $3),
                    rewound     = rewound + greatest(0, $3 - $4)
                where topic = $1 and partition = $2 and next_offset = $3
                returning 1
            )
            insert into incident (occurred_at, kind, detail)
            select $6, case when $4 < $3 then 'bronze-anew' else 'bronze-skipped' end, $5 from moved
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = topic });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = partition });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = reason });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    /// <summary>Keeps the refused records.</summary>
    public static NpgsqlBatchCommand Quarantine(ColumnPool columns, IReadOnlyList<SilverState> states)
    {
        var command = new NpgsqlBatchCommand(
            """
            insert into quarantine (topic, kafka_partition, kafka_offset, reason, key, value, quarantined_at)
            select $1, r.* from unnest($2, $3, $4, $5, $6, $7) as r (kafka_partition, kafka_offset, reason, key, value, quarantined_at)
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = states[0].Batch.Topic });
        var (partitions, offsets, reasons) = (columns.Add<int>(command), columns.Add<long>(command), columns.Add<string>(command));
        var (keys, values, times) = (columns.Add<byte[]?>(command), columns.Add<byte[]?>(command), columns.Add<DateTimeOffset>(command));
        foreach (var state in states)
        {
            foreach (var record in state.Batch.Refused)
            {
                partitions.Add(state.Batch.Partition);
                offsets.Add(record.Offset);
                reasons.Add(record.Reason.Replace("\0", "\\0"));
                keys.Add(record.Key);
                values.Add(record.Value);
                times.Add(state.Now);
            }
        }

        return command;
    }
}
