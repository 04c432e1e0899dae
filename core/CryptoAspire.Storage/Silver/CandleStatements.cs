using CryptoAspire.Market;
using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>SQL that changes <c>candle</c>; both statements return the changed candles in <see cref="Queries.CandleRow"/>'s order.</summary>
internal static class CandleStatements
{
    /// <summary>One delta with the label that its candle has if the delta is all there is of it.</summary>
    public readonly record struct Row(CandleKey Key, CandleDelta Delta, CandleStatus Status);

    /// <summary>
    /// The merge law in SQL: open by the smallest and close by the largest trade point, high and low by greatest and least, sums added.
    /// A candle that was final becomes corrected; one that becomes final or corrected leaves a row in <c>candle_revision</c>.
    /// </summary>
    /// <param name="rows">Sorted by key, so that writers never wait for each other in a circle.</param>
    /// <param name="batch">Whose offsets the change is traced to.</param>
    /// <param name="now">The commit's time.</param>
    public static NpgsqlBatchCommand Merge(IReadOnlyList<Row> rows, SilverBatch batch, DateTimeOffset now)
    {
        var command = new NpgsqlBatchCommand(
            """
            with delta as (
                select *
                from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
                  as d (symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, price_sum, price_square_sum,
                        open_time, open_venue, open_trade_id, close_time, close_venue, close_trade_id, status)
            ), merged as (
                insert into candle as c
                      (symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, price_sum, price_square_sum,
                       open_time, open_venue, open_trade_id, close_time, close_venue, close_trade_id, status, revision, updated_at,
                       kafka_partition, first_offset, next_offset)
                select symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, price_sum, price_square_sum,
                       open_time, open_venue, open_trade_id, close_time, close_venue, close_trade_id, status, 1, $22,
                       $23, $24, $25
                from delta
                on conflict (symbol, venue, interval, start) do update
                set open             = case when (excluded.open_time, excluded.open_venue, excluded.open_trade_id)
                                               < (c.open_time, c.open_venue, c.open_trade_id) then excluded.open else c.open end,
                    open_time        = case when (excluded.open_time, excluded.open_venue, excluded.open_trade_id)
                                               < (c.open_time, c.open_venue, c.open_trade_id) then excluded.open_time else c.open_time end,
                    open_venue       = case when (excluded.open_time, excluded.open_venue, excluded.open_trade_id)
                                               < (c.open_time, c.open_venue, c.open_trade_id) then excluded.open_venue else c.open_venue end,
                    open_trade_id    = case when (excluded.open_time, excluded.open_venue, excluded.open_trade_id)
                                               < (c.open_time, c.open_venue, c.open_trade_id) then excluded.open_trade_id else c.open_trade_id end,
                    high             = greatest(c.high, excluded.high),
                    low              = least(c.low, excluded.low),
                    close            = case when (excluded.close_time, excluded.close_venue, excluded.close_trade_id)
                                               > (c.close_time, c.close_venue, c.close_trade_id) then excluded.close else c.close end,
                    close_time       = case when (excluded.close_time, excluded.close_venue, excluded.close_trade_id)
                                               > (c.close_time, c.close_venue, c.close_trade_id) then excluded.close_time else c.close_time end,
                    close_venue      = case when (excluded.close_time, excluded.close_venue, excluded.close_trade_id)
                                               > (c.close_time, c.close_venue, c.close_trade_id) then excluded.close_venue else c.close_venue end,
                    close_trade_id   = case when (excluded.close_time, excluded.close_venue, excluded.close_trade_id)
                                               > (c.close_time, c.close_venue, c.close_trade_id) then excluded.close_trade_id else c.close_trade_id end,
                    volume           = c.volume + excluded.volume,
                    notional         = c.notional + excluded.notional,
                    buy_volume       = c.buy_volume + excluded.buy_volume,
                    trade_count      = c.trade_count + excluded.trade_count,
                    price_sum        = c.price_sum + excluded.price_sum,
                    price_square_sum = c.price_square_sum + excluded.price_square_sum,
                    revision         = c.revision + 1,
                    status           = case when c.status <> 'open' then 'corrected' when excluded.status = 'open' then 'open' else 'final' end,
                    updated_at       = excluded.updated_at,
                    kafka_partition  = case when c.kafka_partition = excluded.kafka_partition then c.kafka_partition end,
                    first_offset     = least(c.first_offset, excluded.first_offset),
                    next_offset      = greatest(c.next_offset, excluded.next_offset)
                returning c.*
            ), revised as (
                insert into candle_revision
                      (symbol, venue, interval, start, revision, open, high, low, close, volume, notional, buy_volume, trade_count,
                       late_trades, recorded_at, kafka_partition, first_offset, next_offset, cause)
                select m.symbol, m.venue, m.interval, m.start, m.revision, m.open, m.high, m.low, m.close, m.volume, m.notional, m.buy_volume, m.trade_count,
                       case m.status when 'final' then 0 else d.trade_count end, $22, $23, $24, $25, case m.status when 'final' then 'final' else 'late' end
                from merged m
                join delta d using (symbol, venue, interval, start)
                where m.status <> 'open'
            )
            select symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, revision, status
            from merged
            """);
        var parameters = command.Parameters;
        parameters.Add(Column(rows, static row => row.Key.Symbol));
        parameters.Add(Column(rows, static row => row.Key.Venue));
        parameters.Add(Column(rows, static row => row.Key.Interval.Name()));
        parameters.Add(Column(rows, static row => UnixMicroseconds.ToTime(row.Key.StartUs)));
        parameters.Add(Column(rows, static row => row.Delta.Open.Price));
        parameters.Add(Column(rows, static row => row.Delta.High));
        parameters.Add(Column(rows, static row => row.Delta.Low));
        parameters.Add(Column(rows, static row => row.Delta.Close.Price));
        parameters.Add(Column(rows, static row => row.Delta.Volume));
        parameters.Add(Column(rows, static row => row.Delta.Notional));
        parameters.Add(Column(rows, static row => row.Delta.BuyVolume));
        parameters.Add(Column(rows, static row => row.Delta.TradeCount));
        parameters.Add(Column(rows, static row => row.Delta.PriceSum));
        parameters.Add(Column(rows, static row => row.Delta.PriceSquareSum));
        parameters.Add(Column(rows, static row => UnixMicroseconds.ToTime(row.Delta.Open.EventTimeUs)));
        parameters.Add(Column(rows, static row => row.Delta.Open.Venue));
        parameters.Add(Column(rows, static row => row.Delta.Open.TradeId));
        parameters.Add(Column(rows, static row => UnixMicroseconds.ToTime(row.Delta.Close.EventTimeUs)));
        parameters.Add(Column(rows, static row => row.Delta.Close.Venue));
        parameters.Add(Column(rows, static row => row.Delta.Close.TradeId));
        parameters.Add(Column(rows, static row => CandleCodec.NameOf(row.Status)));
        parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        parameters.Add(new NpgsqlParameter<int> { TypedValue = batch.Partition });
        parameters.Add(new NpgsqlParameter<long> { TypedValue = batch.From });
        parameters.Add(new NpgsqlParameter<long> { TypedValue = batch.Next });
        return command;
    }

    /// <summary>Labels the open candles that their venue's watermark has passed, each with a row in <c>candle_revision</c>.</summary>
    public static NpgsqlBatchCommand Finish(IReadOnlyList<(string Symbol, string Venue, long WatermarkUs)> marks, SilverBatch batch, DateTimeOffset now)
    {
        var command = new NpgsqlBatchCommand(
            """
            with finished as (
                update candle c
                set status = 'final', revision = revision + 1, updated_at = $4
                from unnest($1, $2, $3) as w (symbol, venue, watermark)
                where c.symbol = w.symbol and c.venue = w.venue and c.status = 'open' and c.start + c.interval::interval <= w.watermark
                returning c.*
            ), revised as (
                insert into candle_revision
                      (symbol, venue, interval, start, revision, open, high, low, close, volume, notional, buy_volume, trade_count,
                       late_trades, recorded_at, kafka_partition, first_offset, next_offset, cause)
                select symbol, venue, interval, start, revision, open, high, low, close, volume, notional, buy_volume, trade_count, 0, $4, $5, $6, $7, 'final'
                from finished
            )
            select symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, revision, status
            from finished
            """);
        command.Parameters.Add(Column(marks, static mark => mark.Symbol));
        command.Parameters.Add(Column(marks, static mark => mark.Venue));
        command.Parameters.Add(Column(marks, static mark => UnixMicroseconds.ToTime(mark.WatermarkUs)));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = batch.Partition });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = batch.From });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = batch.Next });
        return command;
    }

    /// <summary>Marks the Gold buckets of the changed minutes. The update takes the row's lock, so that a scheduler that is just taking
    /// the bucket waits for this commit and sees its candles.</summary>
    public static NpgsqlBatchCommand MarkDirty(IReadOnlyList<(string Grain, string Symbol, long StartUs)> buckets, DateTimeOffset now)
    {
        var command = new NpgsqlBatchCommand(
            """
            insert into dirty_bucket (grain, symbol, start, marked_at)
            select grain, symbol, start, $4 from unnest($1, $2, $3) as b (grain, symbol, start)
            on conflict (grain, symbol, start) do update set marked_at = excluded.marked_at
            """);
        command.Parameters.Add(Column(buckets, static bucket => bucket.Grain));
        command.Parameters.Add(Column(buckets, static bucket => bucket.Symbol));
        command.Parameters.Add(Column(buckets, static bucket => UnixMicroseconds.ToTime(bucket.StartUs)));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        return command;
    }

    private static NpgsqlParameter<TValue[]> Column<TRow, TValue>(IReadOnlyList<TRow> rows, Func<TRow, TValue> select)
    {
        var values = new TValue[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = select(rows[i]);
        return new NpgsqlParameter<TValue[]> { TypedValue = values };
    }
}
