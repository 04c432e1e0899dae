namespace CryptoAspire.Testing;

/// <summary>Gold, computed straight from Silver in plain SQL, without candles: a query that finds nothing when all is well.</summary>
public static class GoldAudit
{
    /// <summary>Buckets of the three grains that differ from the recomputation, or exist on one side only.</summary>
    public const string Differences =
        """
        with trade as (
            select g.grain, date_bin(g.width, event_time, timestamptz '1970-01-01 00:00:00+00') as start, symbol, price, size, side, event_time, source collate "C" as source, trade_id
            from crypto_prices_realtime
            cross join (values ('10min', interval '10 minutes'), ('hourly', interval '1 hour'), ('daily', interval '24 hours')) g (grain, width)
            where trade_id is not null
        ), fold as (
            select grain, start, symbol, avg(price) as avg_price, min(price) as low, max(price) as high, sum(size) as volume, avg(size) as avg_volume, stddev_samp(price) as volatility,
                   count(*) as n, sum(price * size) / sum(size) as vwap, sum(price * size) as notional, coalesce(sum(size) filter (where side = 'buy'), 0) as bought,
                   (array_agg(price order by event_time, source, trade_id))[1] as open,
                   (array_agg(price order by event_time desc, source desc, trade_id desc))[1] as close
            from trade
            group by 1, 2, 3
        ), expected as (
            select grain, start, symbol, round(avg_price, 12) as avg_price, low, high, volume, round(avg_volume, 12) as avg_volume, n, round(vwap, 12) as vwap, open, close,
                   case when grain <> 'hourly' then round(volatility, 8) end as volatility,
                   case when grain <> '10min' then close - open end as change,
                   case when grain <> '10min' then round(100 * (close - open) / open, 8) end as change_percent,
                   case when grain = 'daily' then notional end as notional,
                   case when grain = 'daily' then bought end as bought
            from fold
        ), kept as (
            select '10min' as grain, window_start as start, symbol, avg_price, min_price as low, max_price as high, total_volume as volume, avg_volume, record_count as n, vwap, open, close,
                   price_volatility as volatility, null::numeric as change, null::numeric as change_percent, null::numeric as notional, null::numeric as bought
            from gold_10min_metrics
            union all
            select 'hourly', hour_timestamp, symbol, avg_price, min_price, max_price, total_volume, avg_volume, record_count, vwap, open, close, null, price_change, price_change_percent, null, null
            from gold_hourly_metrics
            union all
            select 'daily', day, symbol, avg_price, min_price, max_price, total_volume, avg_volume, record_count, vwap, open, close, price_volatility, price_change, price_change_percent,
                   notional, buy_volume
            from gold_daily_metrics
        )
        (select 'expected' as side, * from expected except select 'expected', * from kept)
        union all
        (select 'kept', * from kept except select 'kept', * from expected)
        """;

    /// <summary>Buckets of signals that were not computed from their candle's present revision, or are missing.</summary>
    public const string StaleSignals =
        """
        select c.symbol, c.interval, c.start, c.revision, s.candle_revision
        from candle c
        full join signal s using (symbol, interval, start)
        where c.venue = '*' and (s.close is distinct from c.close)
        """;
}
