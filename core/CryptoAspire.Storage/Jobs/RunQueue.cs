using Npgsql;

namespace CryptoAspire.Storage.Jobs;

/// <summary>
/// The runs of scheduled jobs, <c>job_run</c>: a queue that any number of schedulers work off, and the record of what became of each run.
/// A run is queued, then taken under its job's <see cref="RunLease"/>, then ended; none of that is lost with a process.
/// </summary>
public sealed class RunQueue(NpgsqlDataSource database, TimeProvider time)
{
    private const string InsertWaiting = "on conflict (job, cause) where outcome = 'queued' and cause in ('schedule', 'after') do nothing";

    /// <summary>Queues a run.</summary>
    /// <returns>Its id; null when this is its schedule and the job is paused, an earlier firing still waits, or this firing was queued already.</returns>
    public async Task<long?> EnqueueAsync(RunRequest request, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            $"""
            insert into job_run (job, cause, requested_by, requested_at, scheduled_for, parameters)
            select $1, $2, $3, $4, $5, $6::jsonb
            where $2 <> 'schedule'
               or (not exists (select from job where name = $1 and paused)
                   and coalesce($5 <> (select scheduled_for from job_run where job = $1 and cause = 'schedule' order by id desc limit 1), true))
            {InsertWaiting}
            returning id
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = request.Job });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = request.Cause.Name() });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = request.RequestedBy });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset?> { TypedValue = request.ScheduledFor });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = RunParameters.ToJson(request.Parameters) });
        return await command.ExecuteScalarAsync(cancel) as long?;
    }

    /// <summary>Takes the oldest run that is due of each of the jobs that nobody runs, up to <paramref name="most"/>.</summary>
    public async Task<IReadOnlyList<RunLease>> TakeAsync(IReadOnlyCollection<string> jobs, int most, string instance, CancellationToken cancel)
    {
        var leases = new List<RunLease>();
        foreach (var (id, job) in await DueAsync(jobs, cancel))
        {
            if (leases.Count == most)
                break;
            if (await RunLease.TryTakeAsync(database, id, job, instance, time.GetUtcNow(), cancel) is { } lease)
                leases.Add(lease);
        }

        return leases;
    }

    /// <summary>
    /// Ends a run; in the same transaction its retry is queued, and, when it succeeded and wrote something, the jobs that come after it.
    /// </summary>
    /// <returns>False: the run had been ended by somebody else (its lease was lost).</returns>
    public async Task<bool> FinishAsync(long id, RunResult result, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            $"""
            with ended as (
                update job_run set outcome = $2, finished_at = $3, read = $4, written = $5, rejected = $6, error = $7
                where id = $1 and outcome = 'running'
                returning id, job, requested_by, scheduled_for, parameters, attempt
            ), retry as (
                insert into job_run (job, cause, requested_by, requested_at, scheduled_for, not_before, parameters, attempt, caused_by)
                select job, 'retry', requested_by, $3, scheduled_for, $8, parameters, attempt + 1, id
                from ended
                where $8 is not null
            ), dependents as (
                insert into job_run (job, cause, requested_by, requested_at, not_before, caused_by)
                select j.name, 'after', e.requested_by, $3,
                       greatest($3, (select max(started_at) from job_run where job = j.name) + make_interval(secs => j.cooldown_seconds)), e.id
                from ended e
                join job j on e.job = any (j.after) and not j.paused
                where $2 = 'succeeded' and $5 > 0
                {InsertWaiting}
            )
            select count(*) from ended
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = result.Outcome.Name() });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = result.Read });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = result.Written });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = result.Rejected });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = result.Error });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset?> { TypedValue = result.RetryAt });
        return (long)(await command.ExecuteScalarAsync(cancel))! == 1;
    }

    /// <summary>Ends the runs whose process is gone, and queues their retry.</summary>
    /// <param name="retryDelay">Wait before the first retry; doubled for each further one.</param>
    /// <param name="cancel">Stops the query.</param>
    /// <returns>The abandoned runs, as job and id.</returns>
    public async Task<IReadOnlyList<(string Job, long Id)>> AbandonDeadAsync(TimeSpan retryDelay, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            with running as materialized (
                select id, job from job_run where outcome = 'running'
            ), dead as materialized (
                select id from running where pg_try_advisory_xact_lock($1, hashtext(job))
            ), abandoned as (
                update job_run r set outcome = 'abandoned', finished_at = $2, error = 'its process ended in the middle'
                from dead
                where r.id = dead.id and r.outcome = 'running'
                returning r.id, r.job, r.requested_by, r.scheduled_for, r.parameters, r.attempt
            ), retry as (
                insert into job_run (job, cause, requested_by, requested_at, scheduled_for, not_before, parameters, attempt, caused_by)
                select a.job, 'retry', a.requested_by, $2, a.scheduled_for, $2 + make_interval(secs => $3 * 2.0 ^ (a.attempt - 1)), a.parameters, a.attempt + 1, a.id
                from abandoned a
                join job j on j.name = a.job and a.attempt <= j.retries
            )
            select job, id from abandoned order by id
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = RunLease.LockClass });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = retryDelay.TotalSeconds });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var abandoned = new List<(string, long)>();
        while (await reader.ReadAsync(cancel))
            abandoned.Add((reader.GetString(0), reader.GetInt64(1)));
        return abandoned;
    }

    /// <summary>The runs that are running anywhere, with the time that they may take.</summary>
    public async Task<IReadOnlyList<(long Id, TimeSpan Timeout)>> RunningAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            "select r.id, j.timeout_seconds from job_run r join job j on j.name = r.job where r.outcome = 'running' order by r.id");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var running = new List<(long, TimeSpan)>();
        while (await reader.ReadAsync(cancel))
            running.Add((reader.GetInt64(0), TimeSpan.FromSeconds(reader.GetInt32(1))));
        return running;
    }

    /// <summary>
    /// Takes the lease from a run whose process hangs: PostgreSQL ends the session that holds it. <see cref="AbandonDeadAsync"/> then ends
    /// the run, and the process, should it come round, finds its lease gone.
    /// </summary>
    public async Task EvictAsync(long id, CancellationToken cancel)
    {
        // Materialized, because the planner must not look at a session that the conditions have not chosen.
        await using var command = database.CreateCommand(
            """
            with holder as materialized (
                select l.pid
                from job_run r
                join pg_locks l on l.classid::bigint = $2 and l.objid::bigint = (hashtext(r.job)::bigint & 4294967295)
                where r.id = $1 and r.outcome = 'running' and l.locktype = 'advisory' and l.granted
                  and l.database = (select oid from pg_database where datname = current_database())
            )
            select pg_terminate_backend(pid) from holder
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = RunLease.LockClass });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Keeps a line of a run's own log.</summary>
    public async Task LogAsync(long id, int line, string level, string message, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("insert into job_run_log (run_id, line, at, level, message) values ($1, $2, $3, $4, $5)");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = line });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = level });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = message });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Deletes the runs that were asked for before the time and have ended.</summary>
    /// <returns>How many.</returns>
    public async Task<long> TrimAsync(DateTimeOffset before, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("delete from job_run where requested_at < $1 and outcome not in ('queued', 'running')");
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = before });
        return await command.ExecuteNonQueryAsync(cancel);
    }

    private async Task<List<(long Id, string Job)>> DueAsync(IReadOnlyCollection<string> jobs, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select distinct on (q.job) q.id, q.job
            from job_run q
            where q.outcome = 'queued' and q.job = any ($1) and coalesce(q.not_before, '-infinity') <= $2
              and not exists (select from job_run r where r.job = q.job and r.outcome = 'running')
            order by q.job, q.id
            """);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. jobs] });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var due = new List<(long, string)>();
        while (await reader.ReadAsync(cancel))
            due.Add((reader.GetInt64(0), reader.GetString(1)));
        return due;
    }
}
