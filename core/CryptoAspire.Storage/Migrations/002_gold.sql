-- Gold: what BI tools read, rolled from candles by the buckets that changed.

create table dirty_bucket (
    grain     text        not null check (grain in ('10min', 'hourly')),
    symbol    text        not null,
    start     timestamptz not null,
    marked_at timestamptz not null,
    primary key (grain, symbol, start)
) with (fillfactor = 50, autovacuum_vacuum_threshold = 100, autovacuum_vacuum_scale_factor = 0.1);

comment on table dirty_bucket is 'Gold buckets whose trades changed since they were last rolled; written with Silver, taken by the scheduler';

create table gold_10min_metrics (
    window_start     timestamptz not null,
    symbol           text        not null,
    avg_price        numeric     not null,
    min_price        numeric     not null,
    max_price        numeric     not null,
    total_volume     numeric     not null,
    avg_volume       numeric     not null,
    price_volatility numeric,
    record_count     bigint      not null,
    vwap             numeric,
    open             numeric     not null,
    close            numeric     not null,
    created_at       timestamptz not null,
    primary key (symbol, window_start)
) with (fillfactor = 80);

create index gold_10min_metrics_window_start on gold_10min_metrics (window_start desc);

create table gold_hourly_metrics (
    hour_timestamp       timestamptz not null,
    symbol               text        not null,
    avg_price            numeric     not null,
    min_price            numeric     not null,
    max_price            numeric     not null,
    total_volume         numeric     not null,
    avg_volume           numeric     not null,
    price_change         numeric     not null,
    price_change_percent numeric     not null,
    record_count         bigint      not null,
    vwap                 numeric,
    open                 numeric     not null,
    close                numeric     not null,
    created_at           timestamptz not null,
    primary key (symbol, hour_timestamp)
) with (fillfactor = 80);

create index gold_hourly_metrics_hour_timestamp on gold_hourly_metrics (hour_timestamp desc);

comment on table  gold_10min_metrics                       is 'ten minutes of one symbol, all venues together; [window_start, window_start + 10 min), UTC';
comment on column gold_10min_metrics.avg_price             is 'mean of the trades'' prices, each trade counted once, 12 places';
comment on column gold_10min_metrics.total_volume          is 'sum of sizes, base asset';
comment on column gold_10min_metrics.avg_volume            is 'total_volume / record_count, 12 places';
comment on column gold_10min_metrics.price_volatility      is 'sample standard deviation of the trades'' prices, 8 places; null for a single trade';
comment on column gold_10min_metrics.record_count          is 'number of trades';
comment on column gold_10min_metrics.vwap                  is 'sum of price x size / sum of sizes, 12 places';
comment on column gold_10min_metrics.created_at            is 'when the bucket was last rolled';
comment on table  gold_hourly_metrics                      is 'one hour of one symbol, all venues together; [hour_timestamp, hour_timestamp + 1 h), UTC';
comment on column gold_hourly_metrics.avg_price            is 'mean of the trades'' prices, each trade counted once, 12 places';
comment on column gold_hourly_metrics.total_volume         is 'sum of sizes, base asset';
comment on column gold_hourly_metrics.avg_volume           is 'total_volume / record_count, 12 places';
comment on column gold_hourly_metrics.price_change         is 'close - open';
comment on column gold_hourly_metrics.price_change_percent is '100 x price_change / open, 8 places';
comment on column gold_hourly_metrics.record_count         is 'number of trades';
comment on column gold_hourly_metrics.vwap                 is 'sum of price x size / sum of sizes, 12 places';
comment on column gold_hourly_metrics.created_at           is 'when the bucket was last rolled';

create table job_run (
    id          bigint      generated always as identity primary key,
    job         text        not null,
    instance    text        not null,
    started_at  timestamptz not null,
    finished_at timestamptz,
    outcome     text        not null default 'running' check (outcome in ('running', 'succeeded', 'failed', 'abandoned')),
    buckets     bigint      not null default 0,
    error       text
);

create index job_run_started_at on job_run (job, started_at desc);
comment on table job_run is 'one row a run of a scheduled job; abandoned when its process died in the middle';

-- Quartz makes its own tables in here (its package knows its version's shape).
create schema quartz;
