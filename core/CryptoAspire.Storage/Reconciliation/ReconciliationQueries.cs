using CryptoAspire.Storage.Queries;
using Npgsql;

namespace CryptoAspire.Storage.Reconciliation;

/// <summary>Reads how our candles compare with the venues' own.</summary>
public sealed class ReconciliationQueries(NpgsqlDataSource database)
{
    /// <summary>Every venue's newest 24 hours, by source.</summary>
    public async Task<IReadOnlyList<VenueScore>> ScoreboardAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select s.source, s.minutes, s.agreeing, s.score, s.mean_price_bps, s.worst_price_bps, s.mean_volume_percent, s.worst_volume_percent, s.newest, q.open, q.done, q.failed
            from reconciliation_scoreboard s
            cross join lateral (
                select count(*) filter (where state in ('open', 'running')) as open, count(*) filter (where state = 'done') as done, count(*) filter (where state = 'failed') as failed
                from repair_request q
                where q.source = s.source and q.requested_at > (select max(compared_at) from reconciliation_result) - interval '24 hours'
            ) q
            order by s.source
            """);
        return await command.ListAsync(
            static r => new VenueScore(
                r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.GetDecimal(3), r.GetDecimal(4), r.GetDecimal(5), r.GetDecimal(6), r.GetDecimal(7), r.GetFieldValue<DateTimeOffset>(8),
                r.GetInt64(9), r.GetInt64(10), r.GetInt64(11)),
            cancel);
    }

    /// <summary>Minutes that were compared, newest first.</summary>
    /// <param name="source">A venue's source, or null for all.</param>
    /// <param name="symbol">A canonical symbol, or null for all.</param>
    /// <param name="differing">Only those that differ.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyList<ComparedMinute>> MinutesAsync(string? source, string? symbol, bool differing, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select r.source, r.symbol, r.start, r.price_bps, r.volume_percent, r.trades, r.our_close, r.venue_close, r.our_volume, r.venue_volume, r.agrees, r.compared_at,
                   (select q.state from repair_request q
                    where q.source = r.source and q.symbol = r.symbol and q.from_time <= r.start and q.to_time > r.start
                    order by q.id desc limit 1)
            from reconciliation_result r
            where ($1::text is null or r.source = $1) and ($2::text is null or r.symbol = $2) and not ($3 and r.agrees)
            order by r.start desc, r.source, r.symbol
            limit $4
            """);
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = source });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = symbol });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = differing });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await command.ListAsync(
            static r => new ComparedMinute(
                r.GetString(0), r.GetString(1), r.GetFieldValue<DateTimeOffset>(2), r.GetDecimal(3), r.GetDecimal(4), r.Nullable<long>(5), r.Nullable<decimal>(6), r.GetDecimal(7), r.GetDecimal(8),
                r.GetDecimal(9), r.GetBoolean(10), r.GetFieldValue<DateTimeOffset>(11), r.Text(12)),
            cancel);
    }
}
