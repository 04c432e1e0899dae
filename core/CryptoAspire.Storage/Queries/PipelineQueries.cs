using Npgsql;

namespace CryptoAspire.Storage.Queries;

/// <summary>Reads what Silver has of each source, and what is missing.</summary>
public sealed class PipelineQueries(NpgsqlDataSource database)
{
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
        return await command.ListAsync(r => new SourceProgress(
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
        return await command.ListAsync(r => new TradeIdGap(
            r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetFieldValue<DateTimeOffset>(4), r.Nullable<DateTimeOffset>(5)), cancel);
    }
}
