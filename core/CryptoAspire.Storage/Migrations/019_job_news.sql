-- Whoever queues a run or changes a job, by the API, another scheduler or a statement of their own, tells the schedulers so: they need not ask
-- every second. For each row, as a statement that inserts none is no news; PostgreSQL tells of several in one transaction once.

create function tell_of_jobs() returns trigger language plpgsql as $$
begin
    perform pg_notify(tg_argv[0], '');
    return null;
end
$$;
comment on function tell_of_jobs() is 'wakes the schedulers by the channel that its argument names';

create trigger job_run_queued after insert on job_run for each row execute function tell_of_jobs('job_run_queued');

create trigger job_changed after update of paused, schedule_asked, schedule on job for each row execute function tell_of_jobs('job_changed');
