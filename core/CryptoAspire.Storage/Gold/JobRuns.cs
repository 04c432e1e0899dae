using Npgsql;

namespace CryptoAspire.Storage.Gold;

/// <summary>The record of scheduled runs, <c>job_run</c>.</summary>
public sealed class JobRuns(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>
    /// Opens a run. A run of the same job that is still open was abandoned: its process died, because a job never runs twice at a time.
    /// </summary>
    /// <returns>The run's id.</returns>
    public async Task<long> StartAsync(string job, string instance, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            with abandoned as (
                update job_run set outcome = 'abandoned', finished_at = $3 where job = $1 and outcome = 'running'
            )
            insert into job_run (job, instance, started_at) values ($1, $2, $3) returning id
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = job });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = instance });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>Closes a run.</summary>
    /// <param name="id">From <see cref="StartAsync"/>.</param>
    /// <param name="buckets">What it did.</param>
    /// <param name="error">Null when it succeeded.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task FinishAsync(long id, long buckets, string? error, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("update job_run set outcome = $2, buckets = $3, error = $4, finished_at = $5 where id = $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = error is null ? "succeeded" : "failed" });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = buckets });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = error });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Deletes the runs that started before the time.</summary>
    /// <returns>How many.</returns>
    public async Task<long> TrimAsync(DateTimeOffset before, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("delete from job_run where started_at < $1 and outcome <> 'running'");
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = before });
        return await command.ExecuteNonQueryAsync(cancel);
    }
}
