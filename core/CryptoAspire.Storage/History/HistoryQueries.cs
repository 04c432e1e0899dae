using CryptoAspire.Market;
using CryptoAspire.Storage.Queries;
using Npgsql;
using NpgsqlTypes;

namespace CryptoAspire.Storage.History;

/// <summary>Reads candles of the past.</summary>
public sealed class HistoryQueries(NpgsqlDataSource database)
{
    /// <summary>
    /// The candles of history whose start is in [from, to), oldest first; when the limit is smaller than what is there, the newest. Where several origins
    /// tell of one start: the venue's own REST, else the one that tells most.
    /// </summary>
    /// <param name="symbol">A canonical symbol.</param>
    /// <param name="venue">One venue.</param>
    /// <param name="interval">The candles' length.</param>
    /// <param name="from">The earliest start, inclusive; null without a bound.</param>
    /// <param name="to">The latest start, exclusive; null without a bound.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="withLive">Live candles too, and history only where there is none of them.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyList<HistoryCandle>> ReadAsync(
        string symbol, string venue, Interval interval, DateTimeOffset? from, DateTimeOffset? to, int limit, bool withLive, CancellationToken cancel)
    {
        const string history =
            """
            select start, open, high, low, close, volume, notional, trade_count, 'final' as status, 0::bigint as revision, origin
            from (
                select distinct on (c.start) c.start, c.open, c.high, c.low, c.close, c.volume, c.notional, c.trade_count, s.origin
                from history_series s
                cross join lateral (
                    select * from history_candle h
                    where h.series_id = s.id and h.start >= coalesce($4, '-infinity'::timestamptz) and h.start < coalesce($5, 'infinity'::timestamptz)
                    order by h.start desc
                    limit $6
                ) c
                where s.symbol = $1 and s.venue = $2 and s.interval = $3
                order by c.start desc, s.origin <> 'rest', c.trade_count is null, c.notional is null, c.volume is null, s.origin
            ) h
            """;
        await using var command = database.CreateCommand(
            withLive
                ? $"""
                   with live as materialized (
                       select start, open, high, low, close, volume, notional, trade_count, status, revision, '{HistoryCandle.Live}' as origin
                       from candle
                       where symbol = $1 and venue = $2 and interval = $3
                         and start >= coalesce($4, '-infinity'::timestamptz) and start < coalesce($5, 'infinity'::timestamptz)
                       order by start desc
                       limit $6
                   ), past as materialized (
                       {history}
                   )
                   select * from live
                   union all
                   select * from past where not exists (select from live l where l.start = past.start)
                   order by start desc
                   limit $6
                   """
                : $"{history} order by start desc limit $6");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = venue });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = interval.Name() });
        command.Parameters.Add(new NpgsqlParameter { Value = from?.ToUniversalTime() ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter { Value = to?.ToUniversalTime() ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        var candles = await command.ListAsync(
            static reader => new HistoryCandle(
                reader.GetFieldValue<DateTimeOffset>(0), reader.GetDecimal(1), reader.GetDecimal(2), reader.GetDecimal(3), reader.GetDecimal(4), reader.Nullable<decimal>(5),
                reader.Nullable<decimal>(6), reader.Nullable<long>(7), reader.GetString(8), reader.GetInt64(9), reader.GetString(10)),
            cancel);
        return [.. candles.Reverse()];
    }

    /// <summary>The venues that there is history of a symbol from, sorted.</summary>
    public async Task<IReadOnlyList<string>> VenuesAsync(string symbol, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select distinct venue from history_series where symbol = $1 order by venue");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
        return await command.ListAsync(static reader => reader.GetString(0), cancel);
    }
}
