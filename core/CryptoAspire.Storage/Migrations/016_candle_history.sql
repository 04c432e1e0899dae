-- History: candles of the past from files and from the venues' REST interfaces, beside the live ones, which they never touch.

create table history_series (
    id       integer generated always as identity primary key,
    symbol   text not null,
    venue    text not null,
    interval text not null check (interval in ('1m', '5m', '15m', '1h', '4h', '1d')),
    origin   text not null,
    unique (symbol, venue, interval, origin)
);

comment on table  history_series        is 'what there is history of; the row''s lock lets one import of a series in at a time';
comment on column history_series.venue  is 'the venue that the prices are of, without -sim or -replay unless they are of such a market';
comment on column history_series.origin is 'where the candles are from: the shape of the file (cryptodatadownload, binance-klines …), or rest for the venue''s own REST interface';

create table history_import (
    id              bigint      generated always as identity primary key,
    file            text        not null,
    entry           text        not null,
    sha256          bytea       not null,
    series_id       integer     not null references history_series (id),
    rows_read       bigint      not null default 0,
    rows_rejected   bigint      not null default 0,
    rows_empty      bigint      not null default 0,
    rows_repeated   bigint      not null default 0,
    candles         bigint      not null default 0,
    candles_new     bigint      not null default 0,
    candles_changed bigint      not null default 0,
    first_start     timestamptz,
    last_start      timestamptz,
    imported_at     timestamptz not null default now(),
    runs            integer     not null default 1,
    last_run_at     timestamptz not null default now(),
    unique (sha256, entry, series_id)
);

comment on table  history_import                 is 'a row a file that was imported, with the counts of its first time';
comment on column history_import.entry           is 'the file''s name inside a zip; empty for any other';
comment on column history_import.sha256          is 'of the file as it lies on the disk';
comment on column history_import.rows_rejected   is 'rows that were refused; the import''s report has each with the reason';
comment on column history_import.rows_empty      is 'rows that say that nothing was traded (NaN)';
comment on column history_import.rows_repeated   is 'rows that only repeat another row of the file';
comment on column history_import.candles_changed is 'candles that an earlier file of the same series told otherwise';
comment on column history_import.runs            is 'how often it was imported; from the second time on nothing changes';

-- No foreign keys: checking them would cost more than writing the row.
create table history_candle (
    series_id   integer     not null,
    start       timestamptz not null,
    open        numeric     not null,
    high        numeric     not null,
    low         numeric     not null,
    close       numeric     not null,
    volume      numeric,
    notional    numeric,
    buy_volume  numeric,
    trade_count bigint,
    import_id   bigint,
    primary key (series_id, start)
);

comment on table  history_candle             is 'candles of the past, by series; candle_history says which';
comment on column history_candle.volume      is 'base asset; null where the origin does not tell';
comment on column history_candle.notional    is 'quote asset; null where the origin does not tell';
comment on column history_candle.buy_volume  is 'part of the volume whose taker bought; null where the origin does not tell';
comment on column history_candle.trade_count is 'null where the origin does not tell';
comment on column history_candle.import_id   is 'the file that it was last changed by; null for origin rest';

create view candle_history as
select s.symbol, s.venue, s.interval, c.start, c.open, c.high, c.low, c.close, c.volume, c.notional, c.buy_volume, c.trade_count,
       case when c.volume = 0 then null else c.notional / c.volume end as vwap, s.origin, i.file, c.import_id
from history_candle c
join history_series s on s.id = c.series_id
left join history_import i on i.id = c.import_id;

comment on view candle_history is 'candles of the past with their origin: imported files, and what the venues told by REST';

grant select on history_series, history_import, history_candle, candle_history to crypto_reader;
