using Npgsql;

namespace CryptoAspire.Storage.Reconciliation;

/// <summary>Turns holes in the trade ids that nobody has filled into requests to fetch those trades again.</summary>
public sealed class GapRepair(NpgsqlDataSource database, TimeProvider time)
{
    // The producer fills most holes by itself within seconds.
    private static readonly TimeSpan OwnRepair = TimeSpan.FromMinutes(1);

    // A hole is between the trades that were committed around the time when it was seen; without such trades, this long before it.
    private static readonly TimeSpan Around = TimeSpan.FromMinutes(15);

    /// <summary>Asks for every open gap that is old enough, is not being repaired, and was not asked for too often.</summary>
    /// <param name="attempts">How often a gap is asked for.</param>
    /// <param name="requestedBy">Who asks.</param>
    /// <param name="cancel">Stops the query.</param>
    /// <returns>How many gaps are open, how many were asked for now, and how many were given up.</returns>
    public async Task<(long Open, long Requested, long GivenUp)> RequestAsync(int attempts, string requestedBy, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            with hole as materialized (
                select g.*, format('gap %s: trades %s to %s are missing', g.id, g.first_trade_id, g.last_trade_id) as reason
                from gap g
                where g.closed_at is null
            ), tried as materialized (
                select h.*, (select count(*) from repair_request q where q.source = h.source and q.symbol = h.symbol and q.reason = h.reason) as attempts,
                       exists (select from repair_request q where q.source = h.source and q.symbol = h.symbol and q.reason = h.reason and q.state in ('open', 'running')) as running
                from hole h
            ), asked as (
                insert into repair_request (source, symbol, from_time, to_time, reason, requested_at, requested_by, state)
                select t.source, t.symbol, coalesce(n.before, t.opened_at - $3), coalesce(n.after, greatest(t.opened_at, n.before)) + interval '1 second', t.reason, $2, $5, 'open'
                from tried t
                cross join lateral (
                    select max(event_time) filter (where trade_id < t.first_trade_id) as before, min(event_time) filter (where trade_id > t.last_trade_id) as after
                    from crypto_prices_realtime r
                    where r.processed_at between t.opened_at - $3 and t.opened_at + $3 and r.source = t.source and r.symbol = t.symbol and r.trade_id is not null
                ) n
                where t.opened_at < $1 and not t.running and t.attempts < $4
                order by t.id
                returning id
            )
            select (select count(*) from hole), (select count(*) from asked), (select count(*) from tried where attempts >= $4 and not running)
            """);
        var now = time.GetUtcNow();
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now - OwnRepair });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = Around });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = attempts });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = requestedBy });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }
}
