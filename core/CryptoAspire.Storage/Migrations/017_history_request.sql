-- History that the producers fetch from the venues' REST interfaces: asked for through the API, or found missing at a producer's start.

create table history_request (
    id           bigint      generated always as identity primary key,
    source       text        not null,
    symbol       text        not null,
    what         text        not null check (what in ('candles', 'trades')),
    from_time    timestamptz not null,
    to_time      timestamptz not null,
    reason       text        not null,
    requested_by text        not null,
    requested_at timestamptz not null default now(),
    not_before   timestamptz not null default now(),
    state        text        not null default 'open' check (state in ('open', 'running', 'done', 'failed', 'cancelled')),
    next_time    timestamptz not null,
    next_id      bigint,
    pages        bigint      not null default 0,
    items        bigint      not null default 0,
    detail       text,
    worker       uuid,
    touched_at   timestamptz,
    finished_at  timestamptz,
    check (from_time < to_time)
);

create index history_request_open on history_request (source, id) where state in ('open', 'running');

comment on table  history_request            is 'ranges of the past that a producer fetches from the venue, page by page, under a lease';
comment on column history_request.source     is 'as in Silver: the producer that reads it does the work';
comment on column history_request.what       is 'candles go to candle_history with origin rest; trades go through Bronze, where Silver drops what it has';
comment on column history_request.to_time    is 'exclusive';
comment on column history_request.reason     is 'asked for, or downtime: found at a producer''s start';
comment on column history_request.not_before is 'after a downtime the feed itself fetches first what it can';
comment on column history_request.next_time  is 'everything before it is done: written (candles) or acknowledged by Kafka (trades)';
comment on column history_request.next_id    is 'the newest trade id that is done';
comment on column history_request.items      is 'candles or trades that came';
comment on column history_request.worker     is 'whose it is while it is running';
comment on column history_request.touched_at is 'when its worker last said so; after a minute of silence it is anybody''s';

grant select on history_request to crypto_reader;
