using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>SQL on <c>stream_offset</c>, the fence and ledger, and on <c>quarantine</c>.</summary>
internal static class FenceStatements
{
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
    /// Makes the row at offset 0 when there is none.
    /// </summary>
    public static async Task<long> ReadAsync(NpgsqlDataSource database, string topic, int partition, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var insert = new NpgsqlCommand(
            "insert into stream_offset (topic, partition, next_offset, updated_at) values ($1, $2, 0, $3) on conflict do nothing", connection);
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = topic });
        insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = partition });
        insert.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        await insert.ExecuteNonQueryAsync(cancel);

        await using var select = new NpgsqlCommand("select next_offset from stream_offset where topic = $1 and partition = $2 for update", connection);
        select.Parameters.Add(new NpgsqlParameter<string> { TypedValue = topic });
        select.Parameters.Add(new NpgsqlParameter<int> { TypedValue = partition });
        var next = (long)(await select.ExecuteScalarAsync(cancel))!;
        await transaction.CommitAsync(cancel);
        return next;
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
