using Npgsql;

namespace CryptoAspire.Storage.Reconciliation;

/// <summary>
/// Compares our one-minute candles with the venues' own (<c>venue_candle</c>). What it has compared it compares again only when either side
/// has changed, so that a repaired minute is seen to be right.
/// </summary>
public sealed class CandleReconciler(NpgsqlDataSource database, TimeProvider time)
{
    // Our minute is complete when the watermark has passed it, two seconds behind the newest event; trades of a quiet symbol take longer.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private const int MostMinutes = 50_000;

    /// <summary>Compares the closed minutes that start in the range and have not been compared as they are now; those that differ are asked for again.</summary>
    /// <returns>How many minutes were compared, how many of them differ, and how many repairs were asked for.</returns>
    public async Task<(long Compared, long Differing, long Repairs)> CompareAsync(
        DateTimeOffset from, DateTimeOffset to, ReconciliationLimits limits, string requestedBy, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var (compared, differing) = await CompareAsync(connection, from, to, limits, now, cancel);
        var repairs = differing == 0 ? 0 : await RequestAsync(connection, from, to, limits, requestedBy, now, cancel);
        await using var trim = new NpgsqlCommand("delete from reconciliation_result where start < $1 and compared_at < $1", connection);
        trim.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now - Kept });
        await trim.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return (compared, differing, repairs);
    }

    // A minute without a trade on either side agrees; one that only we or only the venue had trades in differs wholly. An open candle is
    // left for later, unless it has had its time.
    private static async Task<(long Compared, long Differing)> CompareAsync(
        NpgsqlConnection connection, DateTimeOffset from, DateTimeOffset to, ReconciliationLimits limits, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            with pair as materialized (
                select v.source, v.symbol, v.start, v.open as v_open, v.high as v_high, v.low as v_low, v.close as v_close, v.volume as v_volume, v.trade_count as v_count,
                       c.open, c.high, c.low, c.close, coalesce(c.volume, 0) as volume, coalesce(c.trade_count, 0) as trade_count, coalesce(c.revision, 0) as revision
                from venue_candle v
                left join candle c on c.symbol = v.symbol and c.venue = v.source and c.interval = '1m' and c.start = v.start
                left join reconciliation_result r on r.source = v.source and r.symbol = v.symbol and r.start = v.start
                where v.interval = '1m' and v.is_closed and v.start >= $1 and v.start < $2
                  and (r.start is null or r.revision <> coalesce(c.revision, 0) or v.fetched_at > r.compared_at)
                  and (c.status in ('final', 'corrected') or v.start + interval '1 minute' < $5)
                order by v.start
                limit $7
            ), compared as (
                select source, symbol, start, close as our_close, v_close, volume as our_volume, v_volume, revision, trade_count - v_count as trades,
                       case when volume = 0 and v_volume = 0 then 0
                            when volume = 0 or v_volume = 0 then 10000
                            else 10000 * greatest(abs(open - v_open) / v_open, abs(high - v_high) / v_high, abs(low - v_low) / v_low, abs(close - v_close) / v_close) end as price_bps,
                       case when volume = v_volume then 0 when v_volume = 0 then 100 else 100 * abs(volume - v_volume) / v_volume end as volume_percent
                from pair
            ), kept as (
                insert into reconciliation_result as r
                      (source, symbol, start, price_bps, volume_percent, trades, our_close, venue_close, our_volume, venue_volume, agrees, revision, compared_at)
                select source, symbol, start, round(price_bps, 6), round(volume_percent, 6), trades, our_close, v_close, our_volume, v_volume,
                       price_bps <= $3 and volume_percent <= $4, revision, $6
                from compared
                on conflict (source, symbol, start) do update
                set price_bps = excluded.price_bps, volume_percent = excluded.volume_percent, trades = excluded.trades, our_close = excluded.our_close,
                    venue_close = excluded.venue_close, our_volume = excluded.our_volume, venue_volume = excluded.venue_volume, agrees = excluded.agrees,
                    revision = excluded.revision, compared_at = excluded.compared_at
                returning agrees
            )
            select count(*), count(*) filter (where not agrees) from kept
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = to });
        command.Parameters.Add(new NpgsqlParameter<decimal> { TypedValue = limits.PriceBps });
        command.Parameters.Add(new NpgsqlParameter<decimal> { TypedValue = limits.VolumePercent });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now - Settled });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostMinutes });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static async Task<long> RequestAsync(
        NpgsqlConnection connection, DateTimeOffset from, DateTimeOffset to, ReconciliationLimits limits, string requestedBy, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into repair_request (source, symbol, from_time, to_time, reason, requested_at, requested_by, state)
            select r.source, r.symbol, r.start, r.start + interval '1 minute',
                   format('our minute differs from the venue''s: price by %s bps, volume by %s %%', round(r.price_bps, 2), round(r.volume_percent, 2)), $4, $5, 'open'
            from reconciliation_result r
            where not r.agrees and r.start >= $1 and r.start < $2 and r.compared_at = $4
              and not exists (select from repair_request q where q.source = r.source and q.symbol = r.symbol and q.state in ('open', 'running')
                                                             and q.from_time <= r.start and q.to_time > r.start)
              and (select count(*) from repair_request q where q.source = r.source and q.symbol = r.symbol and q.from_time = r.start and q.to_time = r.start + interval '1 minute') < $3
            order by r.start, r.source, r.symbol
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = to });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limits.Repairs });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = requestedBy });
        return await command.ExecuteNonQueryAsync(cancel);
    }
}
