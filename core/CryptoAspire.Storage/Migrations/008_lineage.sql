-- Where each candle came from, what was known of it at any time, and a ledger that is checked against the rows.

alter table candle
    add column kafka_partition integer,
    add column first_offset    bigint,
    add column next_offset     bigint;

comment on column candle.kafka_partition is 'Bronze partition of its trades; null when they came from several, or before this column was';
comment on column candle.first_offset    is 'its trades are among the Bronze offsets [first_offset, next_offset), the bounds of the batches that made it';

alter table candle_revision
    add column cause text not null default 'late' check (cause in ('final', 'late'));

comment on table  candle_revision       is 'a candle when the watermark passed its end (cause final) and after each late correction (cause late): its values, and the Bronze offsets [first_offset, next_offset) of the batch that did it';
comment on column candle_revision.cause is 'final: the watermark passed its end; late: late_trades more trades came after that';

-- Candles that were final before revisions were kept from the start: known as they are since their last change.
insert into candle_revision (symbol, venue, interval, start, revision, open, high, low, close, volume, notional, buy_volume, trade_count,
                             late_trades, recorded_at, kafka_partition, first_offset, next_offset, cause)
select symbol, venue, interval, start, revision, open, high, low, close, volume, notional, buy_volume, trade_count, 0, updated_at, -1, 0, 0, 'final'
from candle c
where status <> 'open'
on conflict do nothing;

alter table stream_offset
    add column rewound bigint not null default 0;

comment on table  stream_offset         is 'the fence: what is committed of each Kafka partition, and the ledger: consumed = rows + duplicates + quarantined, next_offset = consumed + skipped - rewound';
comment on column stream_offset.rewound is 'offsets that the fence went back by when the topic was made anew (see incident)';

create table ledger_check (
    topic             text        not null,
    partition         integer     not null,
    checked_at        timestamptz not null,
    from_offset       bigint      not null,
    to_offset         bigint      not null,
    consumed          bigint      not null,
    rows              bigint      not null,
    duplicates        bigint      not null,
    quarantined       bigint      not null,
    skipped           bigint      not null,
    rows_found        bigint      not null,
    quarantined_found bigint      not null,
    balanced          boolean     not null generated always as (
        consumed = rows + duplicates + quarantined and to_offset - from_offset = consumed + skipped
        and rows = rows_found and quarantined = quarantined_found) stored,
    primary key (topic, partition, checked_at)
);

create index ledger_check_checked_at on ledger_check (checked_at desc);
comment on table  ledger_check            is 'the ledger of each minute: what the counters say of the offsets [from_offset, to_offset), beside the rows that are really there';
comment on column ledger_check.rows_found is 'rows of crypto_prices_realtime with these offsets, counted';

-- The counters as they were at the last check. What was committed before checks were made is taken as it is.
create table ledger_total (
    topic       text        not null,
    partition   integer     not null,
    next_offset bigint      not null,
    consumed    bigint      not null,
    rows        bigint      not null,
    duplicates  bigint      not null,
    quarantined bigint      not null,
    skipped     bigint      not null,
    rewound     bigint      not null,
    updated_at  timestamptz not null,
    primary key (topic, partition)
) with (fillfactor = 50);

insert into ledger_total
select topic, partition, next_offset, consumed, rows, duplicates, quarantined, skipped, rewound, updated_at from stream_offset;

comment on table ledger_total is 'stream_offset as it was at the newest check of the ledger';
grant select on ledger_check, ledger_total to crypto_reader;
