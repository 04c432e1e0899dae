-- Quality: what is expected of the data, what was found, how our candles compare with the venues' own, and what is to be fetched again.

create table expectation (
    name           text        primary key check (name ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'),
    kind           text        not null check (kind in ('completeness', 'uniqueness', 'validity', 'consistency', 'freshness', 'continuity', 'agreement', 'anomaly', 'sql')),
    dimension      text        not null check (dimension in ('completeness', 'consistency', 'freshness')),
    severity       text        not null check (severity in ('info', 'warning', 'error')),
    owner          text        not null,
    description    text        not null,
    enabled        boolean     not null default true,
    window_seconds integer     not null check (window_seconds > 0),
    rule           jsonb       not null,
    origin         text        not null default 'table' check (origin in ('file', 'table')),
    changed_at     timestamptz not null default now()
);

comment on table  expectation                is 'what is expected of the data; the scheduler''s YAML file keeps the rows with origin file, rows with origin table are whoever''s inserted them';
comment on column expectation.dimension      is 'the score that it counts for';
comment on column expectation.owner          is 'who is to look when it fails';
comment on column expectation.window_seconds is 'how far back each pass looks';
comment on column expectation.rule           is 'what the kind needs, under the names of the YAML file';

create table quality_result (
    id          bigint      generated always as identity primary key,
    run         bigint      not null,
    expectation text        not null,
    symbol      text        not null,
    venue       text        not null,
    dimension   text        not null,
    severity    text        not null,
    checked     bigint      not null,
    failed      bigint      not null,
    score       numeric     not null check (score between 0 and 100),
    passed      boolean     not null,
    samples     jsonb       not null default '[]',
    error       text,
    at          timestamptz not null,
    unique (run, expectation, symbol, venue)
);

create index quality_result_symbol on quality_result (symbol, venue, id desc);
create index quality_result_failed on quality_result (id desc) where not passed;

comment on table  quality_result         is 'what each pass found, by expectation, symbol and venue';
comment on column quality_result.run     is 'job_run.id of the pass';
comment on column quality_result.venue   is 'a source, or * for all together';
comment on column quality_result.checked is 'rows, minutes or ids that were looked at';
comment on column quality_result.failed  is 'of these, those that are not as expected';
comment on column quality_result.score   is '100 x (checked - failed) / checked; freshness: 100 within the limit, falling to 0 at ten times the limit';
comment on column quality_result.passed  is 'whether no more failed than the expectation tolerates';
comment on column quality_result.samples is 'up to five of the failing rows, by their keys';
comment on column quality_result.error   is 'why the expectation could not be looked at; null when it could';

create table quality_score (
    run          bigint      not null,
    symbol       text        not null,
    venue        text        not null,
    completeness numeric,
    consistency  numeric,
    freshness    numeric,
    total        numeric     not null,
    at           timestamptz not null,
    primary key (symbol, venue, at)
);

comment on table  quality_score              is 'scores from 0 to 100 of each pass: the means of the expectations'' scores, an error weighing 3, a warning 2, an info 1';
comment on column quality_score.completeness is 'whether all is there that should be; null when no expectation looks at it';
comment on column quality_score.consistency  is 'whether what is there is right; null when no expectation looks at it';
comment on column quality_score.freshness    is 'whether the newest is new; null when no expectation looks at it';
comment on column quality_score.total        is 'mean of the three';

create index quality_score_at on quality_score (at);

create view quality_status as
select n.symbol, n.venue, n.completeness, n.consistency, n.freshness, n.total, n.at, n.run,
       n.total - d.total as trend, d.at as trend_since
from (
    select distinct on (symbol, venue) * from quality_score
    where at > (select max(at) from quality_score) - interval '24 hours'
    order by symbol, venue, at desc
) n
left join lateral (
    select total, at from quality_score o
    where o.symbol = n.symbol and o.venue = n.venue and o.at >= n.at - interval '24 hours' and o.at < n.at
    order by o.at
    limit 1
) d on true;

comment on view   quality_status             is 'the newest scores of each symbol and venue, with their trend';
comment on column quality_status.trend       is 'total minus the oldest total of the 24 hours before; null for the first';
comment on column quality_status.trend_since is 'when that one was';

-- Filled by the producer from the venues' own candles.
create table if not exists venue_candle (
    source      text        not null,
    symbol      text        not null,
    interval    text        not null,
    start       timestamptz not null,
    open        numeric     not null,
    high        numeric     not null,
    low         numeric     not null,
    close       numeric     not null,
    volume      numeric     not null,
    trade_count bigint,
    is_closed   boolean     not null,
    fetched_at  timestamptz not null,
    primary key (source, symbol, interval, start)
);

create index if not exists venue_candle_start on venue_candle (start);

-- Worked off by the producer: trades of a range that are to come through Bronze again.
create table if not exists repair_request (
    id           bigint      generated always as identity primary key,
    source       text        not null,
    symbol       text        not null,
    from_time    timestamptz not null,
    to_time      timestamptz not null,
    reason       text        not null,
    requested_at timestamptz not null default now(),
    requested_by text        not null,
    state        text        not null default 'open' check (state in ('open', 'running', 'done', 'failed')),
    detail       text
);

create index if not exists repair_request_range on repair_request (source, symbol, from_time, to_time);

create table reconciliation_result (
    source         text        not null,
    symbol         text        not null,
    start          timestamptz not null,
    price_bps      numeric     not null,
    volume_percent numeric     not null,
    trades         bigint,
    our_close      numeric,
    venue_close    numeric     not null,
    our_volume     numeric     not null,
    venue_volume   numeric     not null,
    agrees         boolean     not null,
    revision       bigint      not null,
    compared_at    timestamptz not null,
    primary key (source, symbol, start)
);

create index reconciliation_result_start   on reconciliation_result (start desc);
create index reconciliation_result_differs on reconciliation_result (start desc) where not agrees;

comment on table  reconciliation_result                is 'our one-minute candles beside the venues'' own, minute by minute';
comment on column reconciliation_result.price_bps      is 'largest difference of open, high, low and close, in basis points of the venue''s price; 10000 when one side has no trade';
comment on column reconciliation_result.volume_percent is 'difference of the volumes, in percent of the venue''s';
comment on column reconciliation_result.trades         is 'our number of trades minus the venue''s; null when it does not say';
comment on column reconciliation_result.revision       is 'our candle''s revision that was compared; 0 when there was no candle';

create view reconciliation_scoreboard as
select source, count(*) as minutes, count(*) filter (where agrees) as agreeing,
       round(100.0 * count(*) filter (where agrees) / count(*), 2) as score,
       round(avg(price_bps), 4) as mean_price_bps, round(max(price_bps), 4) as worst_price_bps,
       round(avg(volume_percent), 4) as mean_volume_percent, round(max(volume_percent), 4) as worst_volume_percent,
       max(start) as newest
from reconciliation_result r
where start > (select max(start) from reconciliation_result n where n.source = r.source) - interval '24 hours'
group by source;

comment on view reconciliation_scoreboard is 'each venue''s newest 24 hours of minutes: how many of ours are as the venue''s own';

alter table quarantine
    add column reinjected_at        timestamptz,
    add column reinjected_by        text,
    add column reinjected_partition integer,
    add column reinjected_offset    bigint,
    add column mended               boolean not null default false;

comment on column quarantine.reinjected_at        is 'when it was sent to its topic again; once at most';
comment on column quarantine.reinjected_by        is 'who asked for that';
comment on column quarantine.reinjected_partition is 'where it is now; its header quarantine-id has our id';
comment on column quarantine.reinjected_offset    is 'see reinjected_partition';
comment on column quarantine.mended               is 'whether it was sent with another value than the one that was refused';

grant select on expectation, quality_result, quality_score, quality_status, venue_candle, repair_request, reconciliation_result, reconciliation_scoreboard to crypto_reader;
