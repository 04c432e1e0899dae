using CryptoAspire.Market;
using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>SQL on <c>stream_offset</c>, the fence and ledger, and on <c>quarantine</c>.</summary>
internal static class FenceStatements
{
    /// <summary>How long a transaction may hold the fence while another owner waits for it; a batch takes a tenth of that.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Moves the fence from the batch's start to its end and counts; one row affected, or we are not the owner.</summary>
    public static NpgsqlBatchCommand Advance(SilverBatch batch, int rows, int duplicates, DateTimeOffset now) => new(
        """
        update stream_offset
        set next_offset = $4,
            consumed    = consumed + $5,
            rows        = rows + $6,
            duplicates  = duplicates + $7,
            quarantined = quarantined + $8,
            skipped     = skipped + $9,
            updated_at  = $10
        where topic = $1 and partition = $2 and next_offset = $3
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = batch.Topic },
            new NpgsqlParameter<int> { TypedValue = batch.Partition },
            new NpgsqlParameter<long> { TypedValue = batch.From },
            new NpgsqlParameter<long> { TypedValue = batch.Next },
            new NpgsqlParameter<long> { TypedValue = batch.Consumed },
            new NpgsqlParameter<long> { TypedValue = rows },
            new NpgsqlParameter<long> { TypedValue = duplicates },
            new NpgsqlParameter<long> { TypedValue = batch.Refused.Count },
            new NpgsqlParameter<long> { TypedValue = batch.Next - batch.From - batch.Consumed },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
        },
    };

    /// <summary>
    /// Where the fence stands, after any transaction that still holds it has ended: settles a commit whose answer we never got.
    /// Makes the row at offset 0 when there is none. A transaction that holds it for longer than <see cref="Patience"/> is ended, and an
    /// incident says so: its process is frozen or cut off, and if it is not, it reads the fence as we do and goes on from there.
    /// </summary>
    public static async Task<Fence> ReadAsync(NpgsqlDataSource database, string topic, int partition, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var reading = ReadAsync(connection, topic, partition, now, cancel);
        while (await Task.WhenAny(reading, Task.Delay(Patience, cancel)) != reading && !cancel.IsCancellationRequested)
            await EndBlockersAsync(database, connection.ProcessID, $"{topic} [{partition}]", now, cancel);
        return await reading;
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

    // pg_terminate_backend reaches a session in the middle of a COPY too, which no time-out of PostgreSQL does.
    private static async Task EndBlockersAsync(NpgsqlDataSource database, int waiting, string fence, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            insert into incident (occurred_at, kind, detail)
            select $2, 'writer-ended', format('%s: session %s of %s held the fence and was ended; its transaction is rolled back', $3, b.pid, coalesce(a.client_addr::text, 'this machine'))
            from unnest(pg_blocking_pids($1)) as b (pid)
            left join pg_stat_activity a on a.pid = b.pid
            where pg_terminate_backend(b.pid)
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = waiting });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = fence });
        try
        {
            await command.ExecuteNonQueryAsync(cancel);
        }
        catch (PostgresException)
        {
            // Not ours to end, or it has just gone by itself: the wait goes on.
        }
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
    public static NpgsqlBatchCommand Quarantine(SilverBatch batch, DateTimeOffset now) => new(
        """
        insert into quarantine (topic, kafka_partition, kafka_offset, reason, key, value, quarantined_at)
        select $1, $2, r.kafka_offset, r.reason, r.key, r.value, $7
        from unnest($3, $4, $5, $6) as r (kafka_offset, reason, key, value)
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = batch.Topic },
            new NpgsqlParameter<int> { TypedValue = batch.Partition },
            new NpgsqlParameter<long[]> { TypedValue = batch.Refused.Select(static record => record.Offset).ToArray() },
            new NpgsqlParameter<string[]> { TypedValue = batch.Refused.Select(static record => record.Reason.Replace("\0", "\\0")).ToArray() },
            new NpgsqlParameter<byte[]?[]> { TypedValue = batch.Refused.Select(static record => record.Key).ToArray() },
            new NpgsqlParameter<byte[]?[]> { TypedValue = batch.Refused.Select(static record => record.Value).ToArray() },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
        },
    };
}
