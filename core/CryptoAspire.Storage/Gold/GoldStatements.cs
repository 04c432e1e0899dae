namespace CryptoAspire.Storage.Gold;

/// <summary>SQL that computes buckets anew from their candles: $1 symbols, $2 starts, $3 now.</summary>
internal static class GoldStatements
{
    // Its two candles are joined by equality: a range would have the planner compare every bucket of a symbol with every candle of it.
    public const string RollTenMinutes =
        """
        insert into gold_10min_metrics as g
              (window_start, symbol, avg_price, min_price, max_price, total_volume, avg_volume, price_volatility, record_count, vwap, open, close, created_at)
        select t.start, t.symbol,
               round(s.price_sum / s.n, 12), least(a.low, b.low), greatest(a.high, b.high),
               s.volume, round(s.volume / s.n, 12),
               case when s.n > 1 then round(sqrt(greatest(0, (s.n * s.price_square_sum - s.price_sum * s.price_sum) / (s.n * (s.n - 1)))), 8) end,
               s.n, round(s.notional / nullif(s.volume, 0), 12), coalesce(a.open, b.open), coalesce(b.close, a.close), $3
        from unnest($1, $2) as t (symbol, start)
        left join candle a on a.symbol = t.symbol and a.venue = '*' and a.interval = '5m' and a.start = t.start
        left join candle b on b.symbol = t.symbol and b.venue = '*' and b.interval = '5m' and b.start = t.start + interval '5 minutes'
        cross join lateral (
            select coalesce(a.trade_count, 0) + coalesce(b.trade_count, 0)           as n,
                   coalesce(a.price_sum, 0) + coalesce(b.price_sum, 0)               as price_sum,
                   coalesce(a.price_square_sum, 0) + coalesce(b.price_square_sum, 0) as price_square_sum,
                   coalesce(a.volume, 0) + coalesce(b.volume, 0)                     as volume,
                   coalesce(a.notional, 0) + coalesce(b.notional, 0)                 as notional
        ) s
        where s.n > 0
        on conflict (symbol, window_start) do update
        set avg_price = excluded.avg_price, min_price = excluded.min_price, max_price = excluded.max_price,
            total_volume = excluded.total_volume, avg_volume = excluded.avg_volume, price_volatility = excluded.price_volatility,
            record_count = excluded.record_count, vwap = excluded.vwap, open = excluded.open, close = excluded.close, created_at = excluded.created_at
        """;

    public const string RollHours =
        """
        insert into gold_hourly_metrics as g
              (hour_timestamp, symbol, avg_price, min_price, max_price, total_volume, avg_volume, price_change, price_change_percent,
               record_count, vwap, open, close, created_at)
        select t.start, t.symbol,
               round(c.price_sum / c.trade_count, 12), c.low, c.high,
               c.volume, round(c.volume / c.trade_count, 12),
               c.close - c.open, round(100 * (c.close - c.open) / c.open, 8),
               c.trade_count, round(c.notional / nullif(c.volume, 0), 12), c.open, c.close, $3
        from unnest($1, $2) as t (symbol, start)
        join candle c on c.symbol = t.symbol and c.venue = '*' and c.interval = '1h' and c.start = t.start
        on conflict (symbol, hour_timestamp) do update
        set avg_price = excluded.avg_price, min_price = excluded.min_price, max_price = excluded.max_price,
            total_volume = excluded.total_volume, avg_volume = excluded.avg_volume, price_change = excluded.price_change,
            price_change_percent = excluded.price_change_percent, record_count = excluded.record_count, vwap = excluded.vwap,
            open = excluded.open, close = excluded.close, created_at = excluded.created_at
        """;

    public const string RollDays =
        """
        insert into gold_daily_metrics as g
              (day, symbol, avg_price, min_price, max_price, total_volume, avg_volume, price_change, price_change_percent, price_volatility,
               record_count, vwap, notional, buy_volume, open, close, created_at)
        select t.start, t.symbol,
               round(c.price_sum / c.trade_count, 12), c.low, c.high,
               c.volume, round(c.volume / c.trade_count, 12),
               c.close - c.open, round(100 * (c.close - c.open) / c.open, 8),
               case when c.trade_count > 1 then
                   round(sqrt(greatest(0, (c.trade_count * c.price_square_sum - c.price_sum * c.price_sum) / (c.trade_count * (c.trade_count - 1)))), 8) end,
               c.trade_count, round(c.notional / nullif(c.volume, 0), 12), c.notional, c.buy_volume, c.open, c.close, $3
        from unnest($1, $2) as t (symbol, start)
        join candle c on c.symbol = t.symbol and c.venue = '*' and c.interval = '1d' and c.start = t.start
        on conflict (symbol, day) do update
        set avg_price = excluded.avg_price, min_price = excluded.min_price, max_price = excluded.max_price,
            total_volume = excluded.total_volume, avg_volume = excluded.avg_volume, price_change = excluded.price_change,
            price_change_percent = excluded.price_change_percent, price_volatility = excluded.price_volatility, record_count = excluded.record_count,
            vwap = excluded.vwap, notional = excluded.notional, buy_volume = excluded.buy_volume, open = excluded.open, close = excluded.close,
            created_at = excluded.created_at
        """;

    /// <summary>What follows from the ten minutes that were rolled: their days, and the signals of their symbols.</summary>
    public const string MarkDays =
        """
        insert into dirty_bucket (grain, symbol, start, marked_at)
        select distinct 'daily', symbol, date_bin('24 hours', start, timestamptz '1970-01-01 00:00:00+00'), $3 from unnest($1, $2) as t (symbol, start) order by 2, 3
        on conflict (grain, symbol, start) do update set marked_at = excluded.marked_at
        """;

    /// <inheritdoc cref="MarkDays"/>
    public const string MarkSignals = "insert into signal_work (symbol, start) select symbol, min(start) from unnest($1, $2) as t (symbol, start) where $3 is not null group by symbol";

    public static string Roll(GoldGrain grain) => grain switch
    {
        GoldGrain.TenMinutes => RollTenMinutes,
        GoldGrain.Hour => RollHours,
        _ => RollDays,
    };
}
