using Npgsql;

namespace CryptoAspire.Storage.Jobs;

/// <summary>What people may change about jobs and runs. PostgreSQL tells the schedulers at once; that they are away does no harm.</summary>
public sealed class JobSteering(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Stops a job's schedule; what its schedule or other jobs have queued is cancelled. A run that is running goes on.</summary>
    public Task PauseAsync(string job, string who, CancellationToken cancel) => ChangeAsync(
        """
        with paused as (
            update job set paused = true, changed_at = $2, changed_by = $3 where name = $1 returning name
        )
        update job_run set outcome = 'cancelled', finished_at = $2, cancelled_by = $3
        from paused
        where job = name and outcome = 'queued' and cause in ('schedule', 'after')
        """, job, who, cancel);

    /// <summary>Lets a job's schedule go on from now.</summary>
    public Task ResumeAsync(string job, string who, CancellationToken cancel) => ChangeAsync(
        "update job set paused = false, changed_at = $2, changed_by = $3 where name = $1", job, who, cancel);

    /// <summary>Gives a job another schedule than the configured one, or with null the configured one again.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="schedule">A valid schedule; that is for the caller to see to.</param>
    /// <param name="who">Who asks.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task RescheduleAsync(string job, string? schedule, string who, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("update job set schedule_asked = $4, changed_at = $2, changed_by = $3 where name = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = job });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = who });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = schedule });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Queues one more attempt of a run that has ended, with its parameters.</summary>
    /// <returns>The new run's id; null when the run has not ended, or did succeed.</returns>
    public async Task<long?> RetryAsync(string job, long id, string who, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            insert into job_run (job, cause, requested_by, requested_at, scheduled_for, parameters, attempt, caused_by)
            select job, 'retry', $3, $4, scheduled_for, parameters, 1, id
            from job_run
            where job = $1 and id = $2 and outcome in ('failed', 'timed-out', 'cancelled', 'abandoned')
            returning id
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = job });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = who });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        return await command.ExecuteScalarAsync(cancel) as long?;
    }

    /// <summary>Takes a run from the queue, or asks the scheduler that runs it to stop it.</summary>
    /// <returns>False: it had ended already.</returns>
    public async Task<bool> CancelAsync(string job, long id, string who, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            $"""
            with asked as (
                update job_run
                set cancelled_by = $3,
                    outcome      = case outcome when 'queued' then 'cancelled' else outcome end,
                    finished_at  = case outcome when 'queued' then $4 end
                where job = $1 and id = $2 and outcome in ('queued', 'running')
                returning id
            )
            select id, pg_notify('{RunLease.CancelChannel}', id::text) from asked
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = job });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = who });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        return await command.ExecuteScalarAsync(cancel) is not null;
    }

    private async Task ChangeAsync(string sql, string job, string who, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = job });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = who });
        await command.ExecuteNonQueryAsync(cancel);
    }
}
