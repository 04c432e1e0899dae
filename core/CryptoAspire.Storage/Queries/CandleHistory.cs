using CryptoAspire.Market;
using Npgsql;

namespace CryptoAspire.Storage.Queries;

/// <summary>Reads what was known of candles at a time, and what they were made of.</summary>
public sealed class CandleHistory(NpgsqlDataSource database)
{
    /// <summary>
    /// The candles as Silver had them at a time by the processor's clock: a candle that was final then as its last revision of that time
    /// says; one that was open then from its minutes that were final and the trades that had been processed (so only while Silver keeps
    /// these trades), with revision 0, because revisions are kept from the finalisation on.
    /// </summary>
    /// <param name="symbol">A canonical symbol.</param>
    /// <param name="venue">A source, or <see cref="Venue.All"/>.</param>
    /// <param name="interval">The candles' length.</param>
    /// <param name="from">The earliest start, inclusive; null without a bound.</param>
    /// <param name="to">The latest start, exclusive; null without a bound.</param>
    /// <param name="asOf">The time.</param>
    /// <param name="limit">How many at most; the newest are kept.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyList<Candle>> ReadAsOfAsync(
        string symbol, string venue, Interval interval, DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset asOf, int limit, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await transaction.PreferIndexesAsync(cancel);
        await using var command = new NpgsqlCommand(
            """
            with bucket as (
                select c.start, r.*
                from candle c
                left join lateral (
                    select open, high, low, close, volume, notional, buy_volume, trade_count, revision, case cause when 'late' then 'corrected' else 'final' end as status
                    from candle_revision r
                    where r.symbol = c.symbol and r.venue = c.venue and r.interval = c.interval and r.start = c.start and r.recorded_at <= $6
                    order by revision desc
                    limit 1
                ) r on true
                where c.symbol = $1 and c.venue = $2 and c.interval = $3
                  and c.start >= coalesce($4, '-infinity'::timestamptz) and c.start < coalesce($5, 'infinity'::timestamptz)
                  and c.start <= $6 + interval '5 seconds'
                order by c.start desc
                limit $7
            ), minute as (
                select b.start as bucket, m.start, r.*
                from bucket b
                join candle m on m.symbol = $1 and m.venue = $2 and m.interval = '1m' and m.start >= b.start and m.start < b.start + $3::interval
                left join lateral (
                    select open, high, low, close, volume, notional, buy_volume, trade_count
                    from candle_revision r
                    where r.symbol = $1 and r.venue = $2 and r.interval = '1m' and r.start = m.start and r.recorded_at <= $6
                    order by revision desc
                    limit 1
                ) r on true
                where b.revision is null
            ), span as (
                select min(start) as first, max(start) + interval '1 minute' as last from minute where trade_count is null
            ), trade as (
                select date_bin('1 minute', event_time, 'epoch') as start, event_time, source, trade_id, price, size, side
                from crypto_prices_realtime
                where event_time >= (select first from span) and event_time < (select last from span)
                  and symbol = $1 and ($2 = '*' or source = $2) and trade_id is not null and processed_at <= $6
            ), part as (
                select bucket, start, open, high, low, close, volume, notional, buy_volume, trade_count from minute where trade_count is not null
                union all
                select m.bucket, m.start,
                       (array_agg(price order by event_time, source collate "C", trade_id))[1], max(price), min(price),
                       (array_agg(price order by event_time desc, source collate "C" desc, trade_id desc))[1],
                       sum(size), sum(price * size), coalesce(sum(size) filter (where side = 'buy'), 0), count(*)
                from minute m
                join trade using (start)
                where m.trade_count is null
                group by m.bucket, m.start
            )
            select $1, $2, $3, start, open, high, low, close, volume, notional, buy_volume, trade_count, revision, status
            from bucket
            where revision is not null
            union all
            select $1, $2, $3, bucket, (array_agg(open order by start))[1], max(high), min(low), (array_agg(close order by start desc))[1],
                   sum(volume), sum(notional), sum(buy_volume), sum(trade_count)::bigint, 0, 'open'
            from part
            group by bucket
            order by 4
            """,
            connection,
            transaction);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = venue });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = interval.Name() });
        command.Parameters.Add(Time(from));
        command.Parameters.Add(Time(to));
        command.Parameters.Add(Time(asOf));
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var candles = new List<Candle>();
        while (await reader.ReadAsync(cancel))
            candles.Add(CandleRow.Read(reader));
        return candles;
    }

    /// <summary>What made a candle: its revisions with their causes, its sources, and where its trades stand in Bronze; null when there is none.</summary>
    public async Task<CandleLineage?> LineageAsync(string symbol, string venue, Interval interval, DateTimeOffset start, CancellationToken cancel)
    {
        await using var batch = database.CreateBatch();
        foreach (var sql in new[]
        {
            """
            select symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, revision, status,
                   updated_at, kafka_partition, first_offset, next_offset
            from candle
            where symbol = $1 and venue = $2 and interval = $3 and start = $4
            """,
            """
            select revision, cause, recorded_at, late_trades, nullif(kafka_partition, -1), first_offset, next_offset, open, high, low, close, volume, trade_count
            from candle_revision
            where symbol = $1 and venue = $2 and interval = $3 and start = $4
            order by revision
            """,
            """
            select venue, trade_count, volume, kafka_partition, first_offset, next_offset
            from candle
            where symbol = $1 and interval = $3 and start = $4 and venue <> '*' and $2 in ('*', venue)
            order by venue
            """,
        })
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = venue });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = interval.Name() });
            command.Parameters.Add(Time(start));
            batch.BatchCommands.Add(command);
        }

        await using var reader = await batch.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel))
            return null;
        var candle = CandleRow.Read(reader);
        var (updatedAt, offsets) = (reader.GetFieldValue<DateTimeOffset>(14), Offsets(reader, 15));

        await reader.NextResultAsync(cancel);
        var revisions = new List<CandleRevision>();
        while (await reader.ReadAsync(cancel))
        {
            revisions.Add(new CandleRevision(
                reader.GetInt64(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt64(3), Offsets(reader, 4),
                reader.GetDecimal(7), reader.GetDecimal(8), reader.GetDecimal(9), reader.GetDecimal(10), reader.GetDecimal(11), reader.GetInt64(12)));
        }

        await reader.NextResultAsync(cancel);
        var sources = new List<CandleSource>();
        while (await reader.ReadAsync(cancel))
            sources.Add(new CandleSource(reader.GetString(0), reader.GetInt64(1), reader.GetDecimal(2), Offsets(reader, 3)));
        return new CandleLineage(candle, updatedAt, offsets, revisions, sources);
    }

    /// <summary>A candle's trades in the order in which it is folded, each with its place in Bronze.</summary>
    /// <param name="candle">Whose.</param>
    /// <param name="after">The last trade of the page before; null for the first page.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyList<CandleTrade>> TradesAsync(Candle candle, CandleTrade? after, int count, CancellationToken cancel)
    {
        // The symbol's own minutes say where its trades are, so that no other minute of Silver is looked at.
        var minutes = await MinutesAsync(candle, after?.EventTime ?? candle.Start, count, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await transaction.PreferIndexesAsync(cancel);
        await using var command = new NpgsqlCommand(
            """
            select t.source, t.trade_id, t.event_time, t.price, t.size, t.side, t.kafka_partition, t.kafka_offset, t.processed_at
            from unnest($3) as m (start)
            cross join lateral (
                select *
                from crypto_prices_realtime r
                where r.event_time >= m.start and r.event_time < m.start + interval '1 minute'
                  and r.symbol = $1 and ($2 = '*' or r.source = $2) and r.trade_id is not null
            ) t
            where (t.event_time, t.source collate "C", t.trade_id) > ($4, $5, $6)
            order by t.event_time, t.source collate "C", t.trade_id
            limit $7
            """,
            connection,
            transaction);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = candle.Symbol });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = candle.Venue });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset[]> { TypedValue = minutes });
        command.Parameters.Add(Time(after?.EventTime ?? candle.Start.AddDays(-1)));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after?.Source ?? "" });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after?.TradeId ?? 0 });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = count });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var trades = new List<CandleTrade>();
        while (await reader.ReadAsync(cancel))
        {
            trades.Add(new CandleTrade(
                reader.GetString(0), reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetDecimal(3), reader.GetDecimal(4),
                reader.GetString(5) == "buy" ? Side.Buy : Side.Sell, reader.GetInt32(6), reader.GetInt64(7), reader.GetFieldValue<DateTimeOffset>(8)));
        }

        return trades;
    }

    private async Task<DateTimeOffset[]> MinutesAsync(Candle candle, DateTimeOffset from, int count, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select start
            from (
                select start, sum(trade_count) over (order by start) - trade_count as before, first_value(trade_count) over (order by start) as first
                from candle
                where symbol = $1 and venue = $2 and interval = '1m' and start >= $3 and start < $4
            ) m
            where before < $5 + first
            order by start
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = candle.Symbol });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = candle.Venue });
        command.Parameters.Add(Time(UnixMicroseconds.ToTime(Interval.OneMinute.StartOf(UnixMicroseconds.Of(from)))));
        command.Parameters.Add(Time(candle.Start + candle.Interval.Length()));
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = count });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var minutes = new List<DateTimeOffset>();
        while (await reader.ReadAsync(cancel))
            minutes.Add(reader.GetFieldValue<DateTimeOffset>(0));
        return [.. minutes];
    }

    private static BronzeRange? Offsets(NpgsqlDataReader reader, int column) =>
        reader.Nullable<int>(column) is { } partition ? new BronzeRange(partition, reader.GetInt64(column + 1), reader.GetInt64(column + 2)) : null;

    private static NpgsqlParameter Time(DateTimeOffset? time) =>
        new() { Value = time?.ToUniversalTime() ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz };
}
