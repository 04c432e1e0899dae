-- Gold by the day, and signals. Both are rolled after the ten-minute metrics, whose roll marks what they have to do in its own transaction:
-- Silver's hot path has nothing more to write.

alter table dirty_bucket drop constraint dirty_bucket_grain_check;
alter table dirty_bucket add constraint dirty_bucket_grain_check check (grain in ('10min', 'hourly', 'daily'));

comment on column dirty_bucket.grain     is '10min, hourly or daily';
comment on column dirty_bucket.symbol    is 'canonical, BASE-QUOTE';
comment on column dirty_bucket.start     is 'start of the bucket, UTC';
comment on column dirty_bucket.marked_at is 'when one of its trades was committed last';

create table gold_daily_metrics (
    day                  timestamptz not null,
    symbol               text        not null,
    avg_price            numeric     not null,
    min_price            numeric     not null,
    max_price            numeric     not null,
    total_volume         numeric     not null,
    avg_volume           numeric     not null,
    price_change         numeric     not null,
    price_change_percent numeric     not null,
    price_volatility     numeric,
    record_count         bigint      not null,
    vwap                 numeric,
    notional             numeric     not null,
    buy_volume           numeric     not null,
    open                 numeric     not null,
    close                numeric     not null,
    created_at           timestamptz not null,
    primary key (symbol, day)
) with (fillfactor = 80);

create index gold_daily_metrics_day on gold_daily_metrics (day desc);

comment on table  gold_daily_metrics                      is 'one UTC day of one symbol, all venues together; [day, day + 24 h)';
comment on column gold_daily_metrics.day                  is 'start of the day, UTC';
comment on column gold_daily_metrics.symbol               is 'canonical, BASE-QUOTE';
comment on column gold_daily_metrics.avg_price            is 'mean of the trades'' prices, each trade counted once, 12 places';
comment on column gold_daily_metrics.min_price            is 'lowest price';
comment on column gold_daily_metrics.max_price            is 'highest price';
comment on column gold_daily_metrics.total_volume         is 'sum of sizes, base asset';
comment on column gold_daily_metrics.avg_volume           is 'total_volume / record_count, 12 places';
comment on column gold_daily_metrics.price_change         is 'close - open';
comment on column gold_daily_metrics.price_change_percent is '100 x price_change / open, 8 places';
comment on column gold_daily_metrics.price_volatility     is 'sample standard deviation of the trades'' prices, 8 places; null for a single trade';
comment on column gold_daily_metrics.record_count         is 'number of trades';
comment on column gold_daily_metrics.vwap                 is 'sum of price x size / sum of sizes, 12 places';
comment on column gold_daily_metrics.notional             is 'sum of price x size, quote asset';
comment on column gold_daily_metrics.buy_volume           is 'part of total_volume whose taker bought';
comment on column gold_daily_metrics.open                 is 'first price';
comment on column gold_daily_metrics.close                is 'last price';
comment on column gold_daily_metrics.created_at           is 'when the day was last rolled';

comment on column gold_10min_metrics.window_start    is 'start of the window, UTC';
comment on column gold_10min_metrics.symbol          is 'canonical, BASE-QUOTE';
comment on column gold_10min_metrics.min_price       is 'lowest price';
comment on column gold_10min_metrics.max_price       is 'highest price';
comment on column gold_10min_metrics.open            is 'first price';
comment on column gold_10min_metrics.close           is 'last price';
comment on column gold_hourly_metrics.hour_timestamp is 'start of the hour, UTC';
comment on column gold_hourly_metrics.symbol         is 'canonical, BASE-QUOTE';
comment on column gold_hourly_metrics.min_price      is 'lowest price';
comment on column gold_hourly_metrics.max_price      is 'highest price';
comment on column gold_hourly_metrics.open           is 'first price';
comment on column gold_hourly_metrics.close          is 'last price';

-- Appended to, never updated: nobody who marks waits for the job that is just working.
create table signal_work (
    id     bigint      generated always as identity primary key,
    symbol text        not null,
    start  timestamptz not null
);

comment on table  signal_work        is 'candles of the symbol from this time on may have changed since its signals were computed';
comment on column signal_work.id     is 'rises';
comment on column signal_work.symbol is 'canonical, BASE-QUOTE';
comment on column signal_work.start  is 'earliest change';

create table signal (
    symbol           text        not null,
    interval         text        not null,
    start            timestamptz not null,
    close            numeric     not null,
    sma_20           numeric,
    sma_50           numeric,
    ema_12           numeric,
    ema_26           numeric,
    macd             numeric,
    macd_signal      numeric,
    macd_histogram   numeric,
    rsi_14           numeric,
    average_gain     numeric,
    average_loss     numeric,
    bollinger_upper  numeric,
    bollinger_lower  numeric,
    atr_14           numeric,
    volatility_20    numeric,
    volume_spike     numeric,
    robust_z         numeric,
    bars             bigint      not null,
    candle_revision  bigint      not null,
    created_at       timestamptz not null,
    primary key (symbol, interval, start)
);

create index signal_start on signal (start desc);

comment on table  signal                 is 'technical signals at the close of each candle of all venues together; null until enough candles have come, and an interval without trades is no candle';
comment on column signal.symbol          is 'canonical, BASE-QUOTE';
comment on column signal.interval        is '1m, 5m, 15m, 1h, 4h or 1d';
comment on column signal.start           is 'start of the candle, UTC';
comment on column signal.close           is 'close of the candle';
comment on column signal.sma_20          is 'mean of the last 20 closes; the middle of the Bollinger bands';
comment on column signal.sma_50          is 'mean of the last 50 closes';
comment on column signal.ema_12          is 'exponential moving average: mean of the first 12 closes, then previous + (close - previous) x 2/13';
comment on column signal.ema_26          is 'exponential moving average: mean of the first 26 closes, then previous + (close - previous) x 2/27';
comment on column signal.macd            is 'ema_12 - ema_26 (Appel)';
comment on column signal.macd_signal     is 'exponential moving average of 9 macd values';
comment on column signal.macd_histogram  is 'macd - macd_signal';
comment on column signal.rsi_14          is '100 - 100 / (1 + average_gain / average_loss) (Wilder 1978); 100 without losses, 50 when nothing moved';
comment on column signal.average_gain    is 'Wilder''s average of gains: mean of the first 14, then (previous x 13 + gain) / 14';
comment on column signal.average_loss    is 'Wilder''s average of losses, the same way';
comment on column signal.bollinger_upper is 'sma_20 + 2 population standard deviations of the last 20 closes (Bollinger)';
comment on column signal.bollinger_lower is 'sma_20 - 2 population standard deviations of the last 20 closes';
comment on column signal.atr_14          is 'average true range: Wilder''s average of greatest(high - low, |high - previous close|, |low - previous close|)';
comment on column signal.volatility_20   is 'sample standard deviation of the last 20 log returns, per candle, not annualised';
comment on column signal.volume_spike    is 'volume / mean volume of the 20 candles before';
comment on column signal.robust_z        is '0.6745 (r - median) / MAD of the candle''s log return r against the 50 before (Iglewicz and Hoaglin 1993); null when MAD is 0';
comment on column signal.bars            is 'number of the candle, from the first';
comment on column signal.candle_revision is 'revision of the candle that this was computed from';
comment on column signal.created_at      is 'when it was computed';

-- What is there already is rolled once.
insert into dirty_bucket (grain, symbol, start, marked_at)
select 'daily', symbol, start, now() from candle where venue = '*' and interval = '1d' on conflict do nothing;
insert into signal_work (symbol, start) select symbol, min(start) from candle where venue = '*' and interval = '1d' group by symbol;

-- The marts: what Power BI, Tableau and Grafana show when they connect, as a star.

create view bi.dim_symbol as
select l.symbol                              as symbol,
       split_part(l.symbol, '-', 1)          as base,
       split_part(l.symbol, '-', 2)          as quote,
       min(l.first_seen)                     as first_seen,
       max(l.last_seen)                      as last_seen,
       bool_or(l.source ~ '-sim$')           as simulated,
       bool_or(l.source ~ '-replay$')        as replayed
from (
    select p.symbol, p.source, p.event_time as last_seen, (select min(d.day) from public.gold_daily_metrics d where d.symbol = p.symbol) as first_seen
    from public.latest_price p
) l
group by l.symbol;

comment on view   bi.dim_symbol            is 'dimension: each symbol once';
comment on column bi.dim_symbol.symbol     is 'key: canonical, BASE-QUOTE';
comment on column bi.dim_symbol.base       is 'asset that is traded';
comment on column bi.dim_symbol.quote      is 'asset that prices are in';
comment on column bi.dim_symbol.first_seen is 'first UTC day with a trade';
comment on column bi.dim_symbol.last_seen  is 'time of the newest record';
comment on column bi.dim_symbol.simulated  is 'whether some of its data is simulated';
comment on column bi.dim_symbol.replayed   is 'whether some of its data is a replayed recording';

create view bi.dim_venue as
select source                                                   as venue,
       regexp_replace(source, '-(sim|replay)$', '')             as exchange,
       case when source ~ '-sim$' then 'simulated' when source ~ '-replay$' then 'replayed' else 'live' end as kind,
       count(*)                                                 as symbols,
       max(event_time)                                          as last_seen
from public.latest_price
group by source
union all
select '*', 'all venues together', 'all', count(distinct symbol), max(event_time) from public.latest_price;

comment on view   bi.dim_venue           is 'dimension: each venue once, and * for all venues together';
comment on column bi.dim_venue.venue     is 'key: the source as Silver and candles name it';
comment on column bi.dim_venue.exchange  is 'the exchange, without what says where the data came from';
comment on column bi.dim_venue.kind      is 'live, simulated, replayed, or all';
comment on column bi.dim_venue.symbols   is 'number of its symbols';
comment on column bi.dim_venue.last_seen is 'time of its newest record';

create view bi.dim_calendar as
select d                                          as day,
       extract(year from d at time zone 'UTC')::int    as year,
       extract(quarter from d at time zone 'UTC')::int as quarter,
       extract(month from d at time zone 'UTC')::int   as month,
       extract(day from d at time zone 'UTC')::int     as day_of_month,
       extract(isodow from d at time zone 'UTC')::int  as day_of_week,
       extract(week from d at time zone 'UTC')::int    as iso_week,
       extract(isodow from d at time zone 'UTC') >= 6  as weekend
from (select min(day) as first, max(day) as last from public.gold_daily_metrics) b,
     generate_series(b.first, b.last, interval '24 hours') d;

comment on view   bi.dim_calendar              is 'dimension: each UTC day from the first to the last in gold_daily_metrics';
comment on column bi.dim_calendar.day          is 'key: start of the day, UTC';
comment on column bi.dim_calendar.year         is 'year';
comment on column bi.dim_calendar.quarter      is '1 to 4';
comment on column bi.dim_calendar.month        is '1 to 12';
comment on column bi.dim_calendar.day_of_month is '1 to 31';
comment on column bi.dim_calendar.day_of_week  is '1 Monday to 7 Sunday';
comment on column bi.dim_calendar.iso_week     is '1 to 53, ISO 8601';
comment on column bi.dim_calendar.weekend      is 'whether it is Saturday or Sunday';

create view bi.fact_daily as
select date_bin('24 hours', day, timestamptz '1970-01-01 00:00:00+00') as day, symbol, open, max_price as high, min_price as low, close, vwap, avg_price, price_change, price_change_percent,
       price_volatility, total_volume, notional, buy_volume, record_count, created_at
from public.gold_daily_metrics;

create view bi.fact_hourly as
select hour_timestamp, date_bin('24 hours', hour_timestamp, timestamptz '1970-01-01 00:00:00+00') as day, symbol, open, max_price as high, min_price as low, close, vwap, avg_price,
       price_change, price_change_percent, total_volume, record_count, created_at
from public.gold_hourly_metrics;

create view bi.fact_10min as
select window_start, date_bin('24 hours', window_start, timestamptz '1970-01-01 00:00:00+00') as day, symbol, open, max_price as high, min_price as low, close, vwap, avg_price,
       price_volatility, total_volume, record_count, created_at
from public.gold_10min_metrics;

create view bi.fact_candle as
select start, date_bin('24 hours', start, timestamptz '1970-01-01 00:00:00+00') as day, symbol, venue, interval, open, high, low, close, volume, notional, buy_volume, vwap,
       trade_count, status, revision, updated_at
from public.candle;

create view bi.fact_signal as
select start, date_bin('24 hours', start, timestamptz '1970-01-01 00:00:00+00') as day, symbol, interval, close, round(sma_20, 12) as sma_20, round(sma_50, 12) as sma_50,
       round(ema_12, 12) as ema_12, round(ema_26, 12) as ema_26, round(macd, 12) as macd, round(macd_signal, 12) as macd_signal, round(macd_histogram, 12) as macd_histogram,
       rsi_14, bollinger_upper, bollinger_lower, round(atr_14, 12) as atr_14, volatility_20, volume_spike, robust_z, created_at
from public.signal;

comment on view bi.fact_daily  is 'fact: one UTC day of one symbol, all venues together; keys day, symbol';
comment on view bi.fact_hourly is 'fact: one hour of one symbol, all venues together; keys day, symbol';
comment on view bi.fact_10min  is 'fact: ten minutes of one symbol, all venues together; keys day, symbol';
comment on view bi.fact_candle is 'fact: a candle of one symbol and venue; keys day, symbol, venue';
comment on view bi.fact_signal is 'fact: technical signals at the close of a candle, to 12 places; keys day, symbol';

-- A fact's columns say what the columns say that they are made of.
do $$
declare
    c record;
begin
    for c in
        select v.relname as view, a.attname as name,
               coalesce(
                   col_description(t.oid, (select s.attnum from pg_attribute s
                                           where s.attrelid = t.oid and s.attname = coalesce(r.source, a.attname))),
                   o.said) as said
        from (values ('fact_daily', 'gold_daily_metrics'), ('fact_hourly', 'gold_hourly_metrics'), ('fact_10min', 'gold_10min_metrics'),
                     ('fact_candle', 'candle'), ('fact_signal', 'signal')) f (view, source)
        join pg_class v on v.relname = f.view and v.relnamespace = 'bi'::regnamespace
        join pg_class t on t.relname = f.source and t.relnamespace = 'public'::regnamespace
        join pg_attribute a on a.attrelid = v.oid and a.attnum > 0
        left join (values ('fact_daily', 'high', 'max_price'), ('fact_daily', 'low', 'min_price'), ('fact_hourly', 'high', 'max_price'), ('fact_hourly', 'low', 'min_price'),
                          ('fact_10min', 'high', 'max_price'), ('fact_10min', 'low', 'min_price')) r (view, name, source)
               on r.view = f.view and r.name = a.attname
        left join (values ('day', 'key of dim_calendar: start of the UTC day'), ('symbol', 'key of dim_symbol: canonical, BASE-QUOTE'), ('interval', '1m, 5m, 15m, 1h, 4h or 1d'),
                          ('start', 'start of the candle, UTC'), ('open', 'first price'), ('high', 'highest price'), ('low', 'lowest price'), ('close', 'last price'),
                          ('trade_count', 'number of trades'), ('updated_at', 'when it last changed')) o (name, said)
               on o.name = a.attname
    loop
        execute format('comment on column bi.%I.%I is %L', c.view, c.name, c.said);
    end loop;
end
$$;

grant select on all tables in schema bi to crypto_reader;
alter default privileges in schema bi grant select on tables to crypto_reader;
