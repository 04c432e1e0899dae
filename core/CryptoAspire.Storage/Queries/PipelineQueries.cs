using System.Text;
using Npgsql;

namespace CryptoAspire.Storage.Queries;

/// <summary>Reads how far Silver is and what went wrong on the way.</summary>
public sealed class PipelineQueries(NpgsqlDataSource database)
{
    private const int PreviewBytes = 240;

    /// <summary>Every partition's fence and ledger, by topic and partition.</summary>
    public async Task<IReadOnlyList<PartitionLedger>> LedgerAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select topic, partition, next_offset, consumed, rows, duplicates, quarantined, skipped, updated_at
            from stream_offset
            order by topic, partition
            """);
        return await ListAsync(command, r => new PartitionLedger(
            r.GetString(0), r.GetInt32(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetInt64(7), r.GetFieldValue<DateTimeOffset>(8)), cancel);
    }

    /// <summary>The newest incidents, newest first.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyList<Incident>> IncidentsAsync(int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select id, occurred_at, kind, detail from incident order by id desc limit $1");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await ListAsync(command, r => new Incident(r.GetInt64(0), r.GetFieldValue<DateTimeOffset>(1), r.GetString(2), r.GetString(3)), cancel);
    }

    /// <summary>The newest records of the quarantine, newest first.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyList<RefusedLine>> QuarantineAsync(int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select quarantined_at, topic, kafka_partition, kafka_offset, reason, substring(value from 1 for $2)
            from quarantine
            order by id desc
            limit $1
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PreviewBytes });
        return await ListAsync(command, r => new RefusedLine(
            r.GetFieldValue<DateTimeOffset>(0), r.GetString(1), r.GetInt32(2), r.GetInt64(3), r.GetString(4),
            r.IsDBNull(5) ? "" : Encoding.UTF8.GetString(r.GetFieldValue<byte[]>(5))), cancel);
    }

    /// <summary>Every source that Silver has a price of, by name, with the holes in its trade ids.</summary>
    public async Task<IReadOnlyList<SourceProgress>> SourcesAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select p.source, p.symbols, p.newest, coalesce(g.open, 0), coalesce(g.filled, 0), coalesce(g.missing, 0)
            from (select source, count(*)::int as symbols, max(event_time) as newest from latest_price group by source) p
            left join (select source,
                              count(*) filter (where closed_at is null)                                          as open,
                              count(*) filter (where closed_at is not null)                                      as filled,
                              (sum(last_trade_id - first_trade_id + 1) filter (where closed_at is null))::bigint as missing
                       from gap
                       group by source) g using (source)
            order by p.source
            """);
        return await ListAsync(command, r => new SourceProgress(
            r.GetString(0), r.GetInt32(1), r.GetFieldValue<DateTimeOffset>(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5)), cancel);
    }

    /// <summary>Holes in the venues' trade ids: the open ones first, then the newest.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyList<TradeIdGap>> GapsAsync(int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select source, symbol, first_trade_id, last_trade_id, opened_at, closed_at
            from gap
            order by closed_at is null desc, id desc
            limit $1
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await ListAsync(command, r => new TradeIdGap(
            r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetFieldValue<DateTimeOffset>(4), r.Nullable<DateTimeOffset>(5)), cancel);
    }

    private static async Task<IReadOnlyList<T>> ListAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancel))
            rows.Add(read(reader));
        return rows;
    }
}
