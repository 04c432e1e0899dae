namespace CryptoAspire.Storage.Gold;

/// <summary>SQL that computes buckets anew from their candles: $1 symbols, $2 starts, $3 now.</summary>
internal static class GoldStatements
{
    public const string RollTenMinutes =
        """
        insert into gold_10min_metrics as g
              (window_start, symbol, avg_price, min_price, max_price, total_volume, avg_volume, price_volatility, record_count, vwap, open, close, created_at)
        select t.start, t.symbol,
               round(sum(c.price_sum) / sum(c.trade_count), 12), min(c.low), max(c.high),
               sum(c.volume), round(sum(c.volume) / sum(c.trade_count), 12),
               case when sum(c.trade_count) > 1 then
                   round(sqrt(greatest(0, (sum(c.trade_count) * sum(c.price_square_sum) - sum(c.price_sum) * sum(c.price_sum))
                                          / (sum(c.trade_count) * (sum(c.trade_count) - 1)))), 8) end,
               sum(c.trade_count), round(sum(c.notional) / nullif(sum(c.volume), 0), 12),
               (array_agg(c.open order by c.start))[1], (array_agg(c.close order by c.start desc))[1], $3
        from unnest($1, $2) as t (symbol, start)
        join candle c on c.symbol = t.symbol and c.venue = '*' and c.interval = '5m' and c.start >= t.start and c.start < t.start + interval '10 minutes'
        group by t.symbol, t.start
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
