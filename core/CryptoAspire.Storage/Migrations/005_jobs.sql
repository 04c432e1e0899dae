-- Scheduled jobs: what there is, what was asked for, what ran (the queue and the record of runs are one table).

create table job (
    name             text        primary key,
    description      text        not null,
    schedule         text,
    schedule_asked   text,
    paused           boolean     not null default false,
    catch_up         text        not null check (catch_up in ('once', 'none')),
    timeout_seconds  integer     not null check (timeout_seconds > 0),
    retries          integer     not null check (retries >= 0),
    cooldown_seconds integer     not null check (cooldown_seconds >= 0),
    after            text[]      not null default '{}',
    parameters       text[]      not null default '{}',
    next_run_at      timestamptz,
    registered_at    timestamptz not null,
    changed_at       timestamptz,
    changed_by       text
);

comment on table  job                  is 'the scheduler''s jobs; written by the scheduler from its code and configuration, steered by the API';
comment on column job.name             is 'what it is called; job_run.job';
comment on column job.description      is 'what it does';
comment on column job.schedule         is 'from code and configuration: "every 10s", "every 1h at 5m", or a cron expression, UTC; null when it runs on request or after other jobs only';
comment on column job.schedule_asked   is 'a schedule set at run time, which goes before the configured one; null when none is set';
comment on column job.paused           is 'no scheduled and no dependent runs while true; runs that somebody asks for go on';
comment on column job.catch_up         is 'after missed firings: once = one run for all of them, none = wait for the next firing';
comment on column job.timeout_seconds  is 'a run that takes longer is stopped and ends as timed-out';
comment on column job.retries          is 'how often a failed, timed-out or abandoned run is tried again';
comment on column job.cooldown_seconds is 'shortest time between two starts that other jobs cause';
comment on column job.after            is 'a run of one of these that wrote something causes a run of this job';
comment on column job.parameters       is 'names of the parameters that a run takes';
comment on column job.next_run_at      is 'next firing of the schedule; null when paused or without one';
comment on column job.registered_at    is 'when a scheduler last said that it has this job';
comment on column job.changed_at       is 'when somebody last paused, resumed or rescheduled it';
comment on column job.changed_by       is 'who that was';

alter table job_run rename column buckets to written;
alter table job_run alter column instance drop not null;
alter table job_run alter column started_at drop not null;
alter table job_run drop constraint job_run_outcome_check;
alter table job_run add constraint job_run_outcome_check
    check (outcome in ('queued', 'running', 'succeeded', 'failed', 'timed-out', 'cancelled', 'abandoned'));
alter table job_run alter column outcome set default 'queued';
alter table job_run
    add column cause         text        not null default 'schedule' check (cause in ('schedule', 'after', 'request', 'backfill', 'retry')),
    add column requested_by  text        not null default 'scheduler',
    add column requested_at  timestamptz not null default now(),
    add column scheduled_for timestamptz,
    add column not_before    timestamptz,
    add column parameters    jsonb       not null default '{}',
    add column attempt       integer     not null default 1,
    add column caused_by     bigint,
    add column read          bigint      not null default 0,
    add column rejected      bigint      not null default 0,
    add column cancelled_by  text,
    add column duration      interval    generated always as (finished_at - started_at) stored;

comment on table  job_run               is 'every run of a job: asked for (queued), running, or ended; the row is there whatever kills the run';
comment on column job_run.id            is 'rises with each request';
comment on column job_run.job           is 'name of the job';
comment on column job_run.instance      is 'scheduler process that ran it';
comment on column job_run.started_at    is 'null while queued';
comment on column job_run.finished_at   is 'null until it has ended';
comment on column job_run.outcome       is 'queued, running, succeeded, failed, timed-out, cancelled, or abandoned: its process died in the middle';
comment on column job_run.written       is 'rows or buckets that it wrote';
comment on column job_run.read          is 'rows or buckets that it read';
comment on column job_run.rejected      is 'rows that it refused';
comment on column job_run.error         is 'why it did not succeed';
comment on column job_run.cause         is 'schedule, after (another job''s run), request (somebody asked), backfill, retry';
comment on column job_run.requested_by  is 'who asked';
comment on column job_run.requested_at  is 'when it was queued';
comment on column job_run.scheduled_for is 'time of the firing that it answers';
comment on column job_run.not_before    is 'earliest start: a back-off or a cool-down';
comment on column job_run.parameters    is 'what it was asked to do, name to text';
comment on column job_run.attempt       is '1, and one more for each retry';
comment on column job_run.caused_by     is 'the run that it follows or tries again';
comment on column job_run.cancelled_by  is 'who asked for its end';
comment on column job_run.duration      is 'finished_at - started_at';

create index job_run_open on job_run (job, id) where outcome in ('queued', 'running');
create index job_run_requested_at on job_run (requested_at);
-- Firings that nobody has worked off yet are one run.
create unique index job_run_waiting_once on job_run (job, cause) where outcome = 'queued' and cause in ('schedule', 'after');

create table job_run_log (
    run_id  bigint      not null references job_run on delete cascade,
    line    integer     not null,
    at      timestamptz not null,
    level   text        not null check (level in ('info', 'warning', 'error')),
    message text        not null,
    primary key (run_id, line)
);

comment on table  job_run_log         is 'what a run had to say';
comment on column job_run_log.run_id  is 'the run';
comment on column job_run_log.line    is '1, 2, 3, …';
comment on column job_run_log.at      is 'when it was said';
comment on column job_run_log.level   is 'info, warning or error';
comment on column job_run_log.message is 'the text';
