using CryptoAspire.Storage.Queries;
using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>
/// Compares the ledger's counters with the rows that are really there, for what was committed since the last comparison. One replica does
/// it at a time; all is read in one statement, so in one snapshot.
/// </summary>
public sealed class LedgerAudit(NpgsqlDataSource database, TimeProvider time)
{
    private const long AdvisoryLock = 0x6c6564676572;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>Adds one check for each partition that moved.</summary>
    /// <returns>The partitions that do not balance; null when another replica is at it.</returns>
    public async Task<IReadOnlyList<string>?> CheckAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var claim = new NpgsqlCommand("select pg_try_advisory_xact_lock($1)", connection);
        claim.Parameters.Add(new NpgsqlParameter<long> { TypedValue = AdvisoryLock });
        if (!(bool)(await claim.ExecuteScalarAsync(cancel))!)
            return null;
        await transaction.PreferIndexesAsync(cancel);

        // The running totals of the checks so far are what the counters were at the last one; a row's offset and commit time place it.
        await using var check = new NpgsqlCommand(
            """
            with since as (
                select o.topic, o.partition, coalesce(t.next_offset, 0) as from_offset, o.next_offset as to_offset,
                       o.consumed    - coalesce(t.consumed, 0)    as consumed,
                       o.rows        - coalesce(t.rows, 0)        as rows,
                       o.duplicates  - coalesce(t.duplicates, 0)  as duplicates,
                       o.quarantined - coalesce(t.quarantined, 0) as quarantined,
                       o.skipped     - coalesce(t.skipped, 0)     as skipped,
                       o.rewound     - coalesce(t.rewound, 0)     as rewound,
                       coalesce(t.updated_at, '-infinity')        as after, o.updated_at as until
                from stream_offset o
                left join ledger_total t using (topic, partition)
                where o.consumed > coalesce(t.consumed, 0)
            ), silver as (
                select s.topic, s.partition, count(r.kafka_offset) as found
                from since s
                join crypto_prices_realtime r on r.kafka_partition = s.partition and r.processed_at > s.after and r.processed_at <= s.until
                where r.processed_at > (select min(after) from since)
                group by s.topic, s.partition
            ), refused as (
                select s.topic, s.partition, count(*) as found
                from since s
                join quarantine q on q.topic = s.topic and q.kafka_partition = s.partition and q.quarantined_at > s.after and q.quarantined_at <= s.until
                group by s.topic, s.partition
            ), written as (
                insert into ledger_check (topic, partition, checked_at, from_offset, to_offset, consumed, rows, duplicates, quarantined, skipped, rows_found, quarantined_found)
                select topic, partition, $1, from_offset, to_offset, consumed, rows, duplicates, quarantined, skipped - rewound, coalesce(v.found, 0), coalesce(q.found, 0)
                from since
                left join silver v using (topic, partition)
                left join refused q using (topic, partition)
                returning topic, partition, from_offset, to_offset, consumed, rows, rows_found, quarantined, quarantined_found, balanced
            ), totals as (
                insert into ledger_total as t (topic, partition, next_offset, consumed, rows, duplicates, quarantined, skipped, rewound, updated_at)
                select o.topic, o.partition, o.next_offset, o.consumed, o.rows, o.duplicates, o.quarantined, o.skipped, o.rewound, o.updated_at
                from stream_offset o
                join since using (topic, partition)
                on conflict (topic, partition) do update
                set next_offset = excluded.next_offset, consumed = excluded.consumed, rows = excluded.rows, duplicates = excluded.duplicates,
                    quarantined = excluded.quarantined, skipped = excluded.skipped, rewound = excluded.rewound, updated_at = excluded.updated_at
            ), told as (
                insert into incident (occurred_at, kind, detail)
                select $1, 'ledger-unbalanced',
                       format('%s [%s]: offsets %s to %s: %s records consumed; %s rows counted as written, %s found; %s counted as quarantined, %s found',
                              topic, partition, from_offset, to_offset - 1, consumed, rows, rows_found, quarantined, quarantined_found)
                from written
                where not balanced
            )
            select format('%s [%s]', topic, partition) from written where not balanced order by 1
            """,
            connection);
        check.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        var unbalanced = new List<string>();
        await using (var reader = await check.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
                unbalanced.Add(reader.GetString(0));
        }

        await using var trim = new NpgsqlCommand("delete from ledger_check where checked_at < $1 and balanced", connection);
        trim.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now - Kept });
        await trim.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return unbalanced;
    }
}
