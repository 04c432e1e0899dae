-- Silver: every distinct record of Bronze once, its candles, and the state that makes that so (DESIGN §5).

create table crypto_prices_realtime (
    timestamp       bigint      not null,
    event_time      timestamptz not null,
    processed_at    timestamptz not null,
    received_at     timestamptz,
    trade_id        bigint,
    kafka_offset    bigint      not null,
    iteration       bigint      not null,
    kafka_partition integer     not null,
    symbol          text        not null,
    base            text        not null,
    currency        text        not null,
    source          text        not null,
    side            text,
    price           numeric     not null,
    size            numeric,
    volume_24h      numeric,
    bid             numeric,
    ask             numeric
) partition by range (event_time);

comment on table  crypto_prices_realtime                 is 'Silver: every distinct trade and ticker, one row each; a partition a day of event_time';
comment on column crypto_prices_realtime.timestamp       is 'event time, Unix milliseconds';
comment on column crypto_prices_realtime.event_time      is 'when the venue executed it';
comment on column crypto_prices_realtime.processed_at    is 'when it was committed here; rises with each row of a symbol';
comment on column crypto_prices_realtime.received_at     is 'when our feed client received it';
comment on column crypto_prices_realtime.trade_id        is 'the venue''s id; null for a ticker';
comment on column crypto_prices_realtime.kafka_offset    is 'offset of the Bronze record';
comment on column crypto_prices_realtime.iteration       is 'the producer''s running number';
comment on column crypto_prices_realtime.kafka_partition is 'partition of the Bronze record';
comment on column crypto_prices_realtime.symbol          is 'canonical, BASE-QUOTE';
comment on column crypto_prices_realtime.base            is 'asset that is traded';
comment on column crypto_prices_realtime.currency        is 'asset that the price is in';
comment on column crypto_prices_realtime.source          is 'venue; ends in -sim for simulated and in -replay for recorded data';
comment on column crypto_prices_realtime.side            is 'taker''s side, buy or sell; null for a ticker';
comment on column crypto_prices_realtime.price           is 'in the currency';
comment on column crypto_prices_realtime.size            is 'in the base asset; null for a ticker';
comment on column crypto_prices_realtime.volume_24h      is 'the venue''s own 24-hour volume, where it gave one';
comment on column crypto_prices_realtime.bid             is 'best bid, where the venue gave one';
comment on column crypto_prices_realtime.ask             is 'best ask, where the venue gave one';

create index crypto_prices_realtime_event_time   on crypto_prices_realtime using brin (event_time)   with (pages_per_range = 16, autosummarize = on);
create index crypto_prices_realtime_processed_at on crypto_prices_realtime using brin (processed_at) with (pages_per_range = 16, autosummarize = on);

-- When each day's partition was made: retention drops a day that is old AND was not written just now (a replay of 2024).
create table silver_partition (
    day        date        primary key,
    name       text        not null,
    created_at timestamptz not null default now()
);

create table latest_price (
    symbol       text        not null,
    source       text        not null,
    price        numeric     not null,
    event_time   timestamptz not null,
    trade_id     bigint,
    bid          numeric,
    ask          numeric,
    volume_24h   numeric,
    last_price   numeric     not null,
    processed_at timestamptz not null,
    primary key (symbol, source)
) with (fillfactor = 50);

comment on table  latest_price            is 'newest record of each symbol and source, kept with Silver in one transaction: what "latest price" reads instead of the whole history';
comment on column latest_price.price      is 'price of the record with the newest event_time';
comment on column latest_price.last_price is 'price of the row processed last, which an older event can be';

create table candle (
    symbol           text        not null,
    venue            text        not null,
    interval         text        not null check (interval in ('1m', '5m', '15m', '1h', '4h', '1d')),
    start            timestamptz not null,
    open             numeric     not null,
    high             numeric     not null,
    low              numeric     not null,
    close            numeric     not null,
    volume           numeric     not null,
    notional         numeric     not null,
    buy_volume       numeric     not null,
    trade_count      bigint      not null,
    vwap             numeric     generated always as (case when volume = 0 then null else notional / volume end) stored,
    price_sum        numeric     not null,
    price_square_sum numeric     not null,
    open_time        timestamptz not null,
    open_venue       text        collate "C" not null,
    open_trade_id    bigint      not null,
    close_time       timestamptz not null,
    close_venue      text        collate "C" not null,
    close_trade_id   bigint      not null,
    revision         bigint      not null,
    status           text        not null check (status in ('open', 'final', 'corrected')),
    updated_at       timestamptz not null,
    primary key (symbol, venue, interval, start)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- The watermark closes candles by this index; it holds the few that are open.
create index candle_open on candle (symbol, venue) where status = 'open';

comment on table  candle                  is 'fold of Silver''s trades over [start, start + interval), UTC';
comment on column candle.venue            is 'a source, or * for all together';
comment on column candle.volume           is 'sum of sizes, base asset';
comment on column candle.notional         is 'sum of price x size';
comment on column candle.buy_volume       is 'part of the volume whose taker bought';
comment on column candle.vwap             is 'notional / volume';
comment on column candle.price_sum        is 'sum of prices, for Gold''s mean';
comment on column candle.price_square_sum is 'sum of squared prices, for Gold''s standard deviation';
comment on column candle.revision         is 'rises with each change';
comment on column candle.status           is 'open until the watermark passes the end, then final; corrected when a late trade changed a final one';

create table candle_revision (
    symbol      text        not null,
    venue       text        not null,
    interval    text        not null,
    start       timestamptz not null,
    revision    bigint      not null,
    open        numeric     not null,
    high        numeric     not null,
    low         numeric     not null,
    close       numeric     not null,
    volume      numeric     not null,
    notional    numeric     not null,
    buy_volume  numeric     not null,
    trade_count bigint      not null,
    late_trades bigint      not null,
    recorded_at timestamptz not null,
    kafka_partition integer not null,
    first_offset    bigint  not null,
    next_offset     bigint  not null,
    primary key (symbol, venue, interval, start, revision)
);

comment on table candle_revision is 'a candle after each late correction: its new values, how many late trades and which Bronze offsets [first_offset, next_offset) changed it';

create table feed_progress (
    source         text           not null,
    symbol         text           not null,
    first_trade_id bigint         not null,
    last_trade_id  bigint         not null,
    missing        int8multirange not null,
    revision       bigint         not null,
    updated_at     timestamptz    not null,
    primary key (source, symbol)
) with (fillfactor = 50);

comment on table  feed_progress                is 'which trade ids are in Silver: all from 0 to last_trade_id except the missing ones (venues with contiguous ids)';
comment on column feed_progress.first_trade_id is 'where we joined; what is missing below is history that we never followed, not a loss';
comment on column feed_progress.revision       is 'rises with each save; a writer whose copy is not the newest one is refused';

create table gap (
    id             bigint      generated always as identity primary key,
    source         text        not null,
    symbol         text        not null,
    first_trade_id bigint      not null,
    last_trade_id  bigint      not null,
    opened_at      timestamptz not null,
    closed_at      timestamptz,
    check (first_trade_id <= last_trade_id)
);

create index gap_open on gap (source, symbol) where closed_at is null;
comment on table gap is 'holes seen in a venue''s trade ids; closed when all of the ids have arrived';

create table stream_offset (
    topic       text        not null,
    partition   integer     not null,
    next_offset bigint      not null,
    consumed    bigint      not null default 0,
    rows        bigint      not null default 0,
    duplicates  bigint      not null default 0,
    quarantined bigint      not null default 0,
    skipped     bigint      not null default 0,
    updated_at  timestamptz not null,
    primary key (topic, partition)
) with (fillfactor = 50);

comment on table  stream_offset             is 'the fence: what is committed of each Kafka partition, and the ledger consumed = rows + duplicates + quarantined';
comment on column stream_offset.next_offset is 'first offset not yet in Silver';
comment on column stream_offset.skipped     is 'offsets that no record came for: compacted, aborted, or deleted by retention before we read them (see incident)';

create table incident (
    id          bigint      generated always as identity primary key,
    occurred_at timestamptz not null,
    kind        text        not null,
    detail      text        not null
);

comment on table incident is 'what an operator must know about, such as Bronze deleted before it was read';

create table quarantine (
    id              bigint      generated always as identity primary key,
    topic           text        not null,
    kafka_partition integer     not null,
    kafka_offset    bigint      not null,
    reason          text        not null,
    key             bytea,
    value           bytea,
    quarantined_at  timestamptz not null
);

create index quarantine_origin on quarantine (topic, kafka_partition, kafka_offset);
comment on table quarantine is 'Bronze records that were refused: the bytes as they came, and why';
