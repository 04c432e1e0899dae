using CryptoAspire.Market;
using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>SQL that changes <c>candle</c>; both statements return the changed candles in <see cref="Queries.CandleRow"/>'s order.</summary>
internal static class CandleStatements
{
    /// <summary>One delta with the label that its candle has if the delta is all there is of it.</summary>
    public readonly record struct Row(CandleKey Key, CandleDelta Delta, CandleStatus Status);

    private const long TenMinutesUs = 600_000_000;

    private static readonly Comparer<(string Grain, string Symbol, long StartUs)> BucketOrder = Comparer<(string Grain, string Symbol, long StartUs)>.Create(static (a, b) =>
    {
        var order = string.CompareOrdinal(a.Grain, b.Grain);
        if (order == 0)
            order = string.CompareOrdinal(a.Symbol, b.Symbol);
        return order != 0 ? order : a.StartUs.CompareTo(b.StartUs);
    });

    /// <summary>
    /// The merge law in SQL: open by the smallest and close by the largest trade point, high and low by greatest and least, sums added.
    /// A candle that was final becomes corrected; one that becomes final or corrected leaves a row in <c>candle_revision</c>.
    /// </summary>
    /// <param name="columns">Where the parameters' room comes from.</param>
    /// <param name="states">Batches without a candle in common; each change is traced to its batch's offsets and time.</param>
    public static NpgsqlBatchCommand Merge(ColumnPool columns, IReadOnlyList<SilverState> states)
    {
        var command = new NpgsqlBatchCommand(
            """
            with delta as (
                select *
                from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
                  as d (symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, price_sum, price_square_sum,
                        open_time, open_venue, open_trade_id, close_time, close_venue, close_trade_id, status,
                        updated_at, kafka_partition, first_offset, next_offset)
            ), merged as (
                insert into candle as c
                      (symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, price_sum, price_square_sum,
                       open_time, open_venue, open_trade_id, close_time, close_venue, close_trade_id, status, revision, updated_at,
                       kafka_partition, first_offset, next_offset)
                select symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, price_sum, price_square_sum,
                       open_time, open_venue, open_trade_id, close_time, close_venue, close_trade_id, status, 1, updated_at,
                       kafka_partition, first_offset, next_offset
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
                       case m.status when 'final' then 0 else d.trade_count end, d.updated_at, d.kafka_partition, d.first_offset, d.next_offset,
                       case m.status when 'final' then 'final' else 'late' end
                from merged m
                join delta d using (symbol, venue, interval, start)
                where m.status <> 'open'
            )
            select symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, revision, status
            from merged
            """);
        var keys = (Symbols: columns.Add<string>(command), Venues: columns.Add<string>(command), Intervals: columns.Add<string>(command), Starts: columns.Add<DateTimeOffset>(command));
        var prices = (Open: columns.Add<decimal>(command), High: columns.Add<decimal>(command), Low: columns.Add<decimal>(command), Close: columns.Add<decimal>(command));
        var sums = (Volume: columns.Add<decimal>(command), Notional: columns.Add<decimal>(command), BuyVolume: columns.Add<decimal>(command), Count: columns.Add<long>(command));
        var (priceSum, priceSquareSum) = (columns.Add<decimal>(command), columns.Add<decimal>(command));
        var open = (Time: columns.Add<DateTimeOffset>(command), Venue: columns.Add<string>(command), Id: columns.Add<long>(command));
        var close = (Time: columns.Add<DateTimeOffset>(command), Venue: columns.Add<string>(command), Id: columns.Add<long>(command));
        var status = columns.Add<string>(command);
        var origin = Origin.Columns(columns, command);
        foreach (var (_, batch, index) in Sorted(states))
        {
            var row = states[batch].Candles[index];
            keys.Symbols.Add(row.Key.Symbol);
            keys.Venues.Add(row.Key.Venue);
            keys.Intervals.Add(row.Key.Interval.Name());
            keys.Starts.Add(UnixMicroseconds.ToTime(row.Key.StartUs));
            prices.Open.Add(row.Delta.Open.Price);
            prices.High.Add(row.Delta.High);
            prices.Low.Add(row.Delta.Low);
            prices.Close.Add(row.Delta.Close.Price);
            sums.Volume.Add(row.Delta.Volume);
            sums.Notional.Add(row.Delta.Notional);
            sums.BuyVolume.Add(row.Delta.BuyVolume);
            sums.Count.Add(row.Delta.TradeCount);
            priceSum.Add(row.Delta.PriceSum);
            priceSquareSum.Add(row.Delta.PriceSquareSum);
            open.Time.Add(UnixMicroseconds.ToTime(row.Delta.Open.EventTimeUs));
            open.Venue.Add(row.Delta.Open.Venue);
            open.Id.Add(row.Delta.Open.TradeId);
            close.Time.Add(UnixMicroseconds.ToTime(row.Delta.Close.EventTimeUs));
            close.Venue.Add(row.Delta.Close.Venue);
            close.Id.Add(row.Delta.Close.TradeId);
            status.Add(CandleCodec.NameOf(row.Status));
            origin.Add(states[batch]);
        }

        return command;
    }

    /// <summary>Labels the open candles that their venue's watermark has passed, each with a row in <c>candle_revision</c>.</summary>
    public static NpgsqlBatchCommand Finish(ColumnPool columns, IReadOnlyList<SilverState> states)
    {
        var command = new NpgsqlBatchCommand(
            """
            with finished as (
                update candle c
                set status = 'final', revision = revision + 1, updated_at = w.updated_at
                from unnest($1, $2, $3, $4, $5, $6, $7) as w (symbol, venue, watermark, updated_at, kafka_partition, first_offset, next_offset)
                where c.symbol = w.symbol and c.venue = w.venue and c.status = 'open' and c.start + c.interval::interval <= w.watermark
                returning c.*, w.kafka_partition as batch_partition, w.first_offset as batch_from, w.next_offset as batch_next
            ), revised as (
                insert into candle_revision
                      (symbol, venue, interval, start, revision, open, high, low, close, volume, notional, buy_volume, trade_count,
                       late_trades, recorded_at, kafka_partition, first_offset, next_offset, cause)
                select symbol, venue, interval, start, revision, open, high, low, close, volume, notional, buy_volume, trade_count,
                       0, updated_at, batch_partition, batch_from, batch_next, 'final'
                from finished
            )
            select symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, revision, status
            from finished
            """);
        var (symbols, venues, watermarks) = (columns.Add<string>(command), columns.Add<string>(command), columns.Add<DateTimeOffset>(command));
        var origin = Origin.Columns(columns, command);
        foreach (var state in states)
        {
            foreach (var mark in state.Marks)
            {
                symbols.Add(mark.Symbol);
                venues.Add(mark.Venue);
                watermarks.Add(UnixMicroseconds.ToTime(mark.WatermarkUs));
                origin.Add(state);
            }
        }

        return command;
    }

    /// <summary>Marks the Gold buckets of the changed minutes. The update takes the row's lock, so that a scheduler that is just taking
    /// the bucket waits for this commit and sees its candles.</summary>
    public static NpgsqlBatchCommand MarkDirty(ColumnPool columns, IReadOnlyList<SilverState> states)
    {
        var command = new NpgsqlBatchCommand(
            """
            insert into dirty_bucket (grain, symbol, start, marked_at)
            select grain, symbol, start, $4 from unnest($1, $2, $3) as b (grain, symbol, start)
            on conflict (grain, symbol, start) do update set marked_at = excluded.marked_at
            """);
        var (grains, symbols, starts) = (columns.Add<string>(command), columns.Add<string>(command), columns.Add<DateTimeOffset>(command));
        foreach (var (grain, symbol, startUs) in DirtyBuckets(states))
        {
            grains.Add(grain);
            symbols.Add(symbol);
            starts.Add(UnixMicroseconds.ToTime(startUs));
        }

        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = states.Max(static state => state.Now) });
        return command;
    }

    // Sorted by key, so that writers never wait for each other in a circle.
    private static List<(CandleKey Key, int Batch, int Index)> Sorted(IReadOnlyList<SilverState> states)
    {
        var rows = new List<(CandleKey Key, int Batch, int Index)>(states.Sum(static state => state.Candles.Count));
        for (var batch = 0; batch < states.Count; batch++)
        {
            for (var index = 0; index < states[batch].Candles.Count; index++)
                rows.Add((states[batch].Candles[index].Key, batch, index));
        }

        rows.Sort(static (a, b) => Compare(a.Key, b.Key));
        return rows;
    }

    private static int Compare(in CandleKey a, in CandleKey b)
    {
        var order = string.CompareOrdinal(a.Symbol, b.Symbol);
        if (order == 0)
            order = string.CompareOrdinal(a.Venue, b.Venue);
        if (order == 0)
            order = a.Interval.CompareTo(b.Interval);
        return order != 0 ? order : a.StartUs.CompareTo(b.StartUs);
    }

    private static SortedSet<(string Grain, string Symbol, long StartUs)> DirtyBuckets(IReadOnlyList<SilverState> states)
    {
        var buckets = new SortedSet<(string Grain, string Symbol, long StartUs)>(BucketOrder);
        foreach (var state in states)
        {
            foreach (var row in state.Candles)
            {
                if (row.Key is not { Interval: Interval.OneMinute, Venue: Venue.All })
                    continue;
                buckets.Add(("10min", row.Key.Symbol, row.Key.StartUs - row.Key.StartUs % TenMinutesUs));
                buckets.Add(("hourly", row.Key.Symbol, Interval.OneHour.StartOf(row.Key.StartUs)));
            }
        }

        return buckets;
    }

    /// <summary>The last four columns of a change: its batch's time, partition and offsets.</summary>
    private readonly record struct Origin(List<DateTimeOffset> Times, List<int> Partitions, List<long> Firsts, List<long> Nexts)
    {
        public static Origin Columns(ColumnPool columns, NpgsqlBatchCommand command) =>
            new(columns.Add<DateTimeOffset>(command), columns.Add<int>(command), columns.Add<long>(command), columns.Add<long>(command));

        public void Add(SilverState state)
        {
            Times.Add(state.Now);
            Partitions.Add(state.Batch.Partition);
            Firsts.Add(state.Batch.From);
            Nexts.Add(state.Batch.Next);
        }
    }
}
