using System.Globalization;
using Npgsql;

namespace CryptoAspire.Storage.Jobs;

/// <summary>The scheduler's side of the table <c>job</c>.</summary>
public sealed class JobCatalog(NpgsqlDataSource database, TimeProvider time)
{
    // "keeper" in ASCII.
    private const long AdvisoryLock = 0x6b6565706572;

    /// <summary>
    /// Compares schedules with triggers, one scheduler at a time: two at once would each put right what the other has put right already, and a firing
    /// would come twice. A scheduler that is frozen in its turn loses it after ten seconds.
    /// </summary>
    /// <returns>False, and nothing done: another scheduler is at it.</returns>
    /// <exception cref="NpgsqlException">PostgreSQL is away, or the turn was lost.</exception>
    public async Task<bool> InTurnAsync(Func<Task> compare, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var claim = new NpgsqlCommand(
            string.Create(CultureInfo.InvariantCulture, $"set local idle_in_transaction_session_timeout = '10s'; select pg_try_advisory_xact_lock({AdvisoryLock})"), connection);
        if (!(bool)(await claim.ExecuteScalarAsync(cancel))!)
            return false;
        await compare();
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Writes what jobs there are; pauses and schedules that were set at run time stay, jobs that are no more go.</summary>
    public async Task RegisterAsync(IReadOnlyCollection<JobDefinition> jobs, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var job in jobs.OrderBy(static job => job.Name, StringComparer.Ordinal))
            batch.BatchCommands.Add(Upsert(job, time.GetUtcNow()));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from job where name <> all($1)")
        {
            Parameters = { new NpgsqlParameter<string[]> { TypedValue = [.. jobs.Select(static job => job.Name)] } },
        });
        await batch.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>How every job is to be scheduled now.</summary>
    public async Task<IReadOnlyList<JobPlan>> PlansAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select name, coalesce(schedule_asked, schedule), paused, catch_up = 'once' from job order by name");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var plans = new List<JobPlan>();
        while (await reader.ReadAsync(cancel))
            plans.Add(new JobPlan(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetBoolean(2), reader.GetBoolean(3)));
        return plans;
    }

    /// <summary>Notes when each job fires next, for people to see; a paused one does not.</summary>
    public async Task NoteNextRunsAsync(IReadOnlyDictionary<string, DateTimeOffset?> next, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            update job j set next_run_at = n.next_run_at
            from unnest($1, $2) as n (name, next_run_at)
            where j.name = n.name and j.next_run_at is distinct from n.next_run_at and not (j.paused and n.next_run_at is not null)
            """);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. next.Keys] });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset?[]> { TypedValue = [.. next.Values] });
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static NpgsqlBatchCommand Upsert(JobDefinition job, DateTimeOffset now) => new(
        """
        insert into job (name, description, schedule, catch_up, timeout_seconds, retries, cooldown_seconds, after, parameters, registered_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (name) do update
        set description = excluded.description, schedule = excluded.schedule, catch_up = excluded.catch_up, timeout_seconds = excluded.timeout_seconds,
            retries = excluded.retries, cooldown_seconds = excluded.cooldown_seconds, after = excluded.after, parameters = excluded.parameters,
            registered_at = excluded.registered_at
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = job.Name },
            new NpgsqlParameter<string> { TypedValue = job.Description },
            new NpgsqlParameter<string?> { TypedValue = job.Schedule },
            new NpgsqlParameter<string> { TypedValue = job.CatchUp ? "once" : "none" },
            new NpgsqlParameter<int> { TypedValue = (int)Math.Ceiling(job.Timeout.TotalSeconds) },
            new NpgsqlParameter<int> { TypedValue = job.Retries },
            new NpgsqlParameter<int> { TypedValue = (int)Math.Ceiling(job.Cooldown.TotalSeconds) },
            new NpgsqlParameter<string[]> { TypedValue = [.. job.After] },
            new NpgsqlParameter<string[]> { TypedValue = [.. job.Parameters] },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
        },
    };
}
