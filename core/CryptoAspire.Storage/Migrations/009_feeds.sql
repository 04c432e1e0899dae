-- The feeds: what they are to follow, how they fare, and the venues' budgets that several producers share.

create table tracked_symbol (
    symbol     text        not null,
    venue      text        not null default '*',
    active     boolean     not null default true,
    added_at   timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    primary key (symbol, venue)
);

comment on table  tracked_symbol        is 'what the producers follow; they see a change within seconds';
comment on column tracked_symbol.symbol is 'a coin (BTC: in each venue''s main dollar currency) or a pair (ETH-BTC: where it is listed)';
comment on column tracked_symbol.venue  is 'a venue''s name, or * for all';
comment on column tracked_symbol.active is 'false when it was removed: the row stays, so that the defaults do not come back';

create table feed_state (
    source              text             not null,
    instance            text             not null,
    venue               text             not null,
    state               text             not null,
    since               timestamptz      not null,
    last_problem        text,
    last_message_at     timestamptz,
    messages            bigint           not null,
    messages_per_second double precision not null,
    trades              bigint           not null,
    tickers             bigint           not null,
    duplicates          bigint           not null,
    rejected            bigint           not null,
    reconnects          bigint           not null,
    rotations           bigint           not null,
    repaired            bigint           not null,
    gaps_open           integer          not null,
    gaps_filled         bigint           not null,
    gaps_lost           integer          not null,
    clock_offset_ms     double precision,
    instruments         text[]           not null,
    refused             text[]           not null,
    updated_at          timestamptz      not null,
    primary key (source, instance)
) with (fillfactor = 50);

comment on table  feed_state                 is 'how each producer''s feed of each venue fares, written every other second; a row that is not renewed is a producer that is gone';
comment on column feed_state.state           is 'connecting, connected, polling, waiting or no instruments';
comment on column feed_state.clock_offset_ms is 'the venue''s clock minus ours';
comment on column feed_state.refused         is 'what the venue refuses to send, and why';

create table feed_gap (
    source     text        not null,
    instrument text        not null,
    opened_at  timestamptz not null,
    first_id   bigint      not null,
    last_id    bigint      not null,
    from_time  timestamptz,
    to_time    timestamptz,
    state      text        not null check (state in ('open', 'filled', 'lost')),
    reason     text        not null,
    updated_at timestamptz not null,
    primary key (source, instrument, opened_at, last_id)
);

create index feed_gap_open on feed_gap (source) where state <> 'filled';
comment on table  feed_gap          is 'trades that a venue had and we missed: fetched later (filled), not yet (open), or not to be had even from the venue (lost)';
comment on column feed_gap.first_id is 'with last_id the range of missing trade ids, both inclusive; 0 at venues whose ids prove nothing, where the times bound the gap';

create table request_budget (
    name          text             primary key,
    tokens        double precision not null,
    filled_at     timestamptz      not null,
    blocked_until timestamptz      not null default '-infinity'
) with (fillfactor = 50);

comment on table request_budget is 'a token bucket for each venue''s REST interface, shared by all producers behind one address';
