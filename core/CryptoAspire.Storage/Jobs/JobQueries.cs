using Npgsql;

namespace CryptoAspire.Storage.Jobs;

/// <summary>Reads jobs, their runs and their logs.</summary>
public sealed class JobQueries(NpgsqlDataSource database)
{
    private const string RunColumns =
        """
        r.id, r.job, r.outcome, r.cause, r.requested_by, r.requested_at, r.scheduled_for, r.not_before, r.started_at, r.finished_at, r.instance,
        r.attempt, r.caused_by, r.parameters::text, r.read, r.written, r.rejected, r.error, r.cancelled_by
        """;

    private const int RunWidth = 19;

    /// <summary>All jobs, or the one of the name, sorted by name.</summary>
    public async Task<IReadOnlyList<JobSummary>> JobsAsync(string? name, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            $"""
            select {RunColumns},
                   j.name, j.description, coalesce(j.schedule_asked, j.schedule), j.schedule, j.paused, j.catch_up = 'once', j.timeout_seconds, j.retries,
                   j.after, j.parameters, j.next_run_at, j.changed_at, j.changed_by,
                   (select count(*) from job_run q where q.job = j.name and q.outcome = 'queued')
            from job j
            left join lateral (
                select * from job_run l where l.job = j.name and l.started_at is not null order by l.started_at desc limit 1
            ) r on true
            where $1::text is null or j.name = $1
            order by j.name
            """);
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = name });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var jobs = new List<JobSummary>();
        while (await reader.ReadAsync(cancel))
            jobs.Add(ReadJob(reader));
        return jobs;
    }

    /// <summary>The newest runs of a job, newest first.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="outcome">Only those; null for all.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyList<JobRunRow>> RunsAsync(string job, RunOutcome? outcome, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            $"select {RunColumns} from job_run r where r.job = $1 and ($2::text is null or r.outcome = $2) order by r.id desc limit $3");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = job });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = outcome?.Name() });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var runs = new List<JobRunRow>();
        while (await reader.ReadAsync(cancel))
            runs.Add(ReadRun(reader));
        return runs;
    }

    /// <summary>One run of a job; null when there is none of that id.</summary>
    public async Task<JobRunRow?> RunAsync(string job, long id, CancellationToken cancel)
    {
        await using var command = database.CreateCommand($"select {RunColumns} from job_run r where r.job = $1 and r.id = $2");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = job });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? ReadRun(reader) : null;
    }

    /// <summary>A run's log, in order.</summary>
    public async Task<IReadOnlyList<JobLogLine>> LogAsync(long id, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select line, at, level, message from job_run_log where run_id = $1 order by line");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var lines = new List<JobLogLine>();
        while (await reader.ReadAsync(cancel))
            lines.Add(new JobLogLine(reader.GetInt32(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetString(3)));
        return lines;
    }

    private static JobSummary ReadJob(NpgsqlDataReader reader) => new(
        reader.GetString(RunWidth),
        reader.GetString(RunWidth + 1),
        Text(reader, RunWidth + 2),
        Text(reader, RunWidth + 3),
        reader.GetBoolean(RunWidth + 4),
        reader.GetBoolean(RunWidth + 5),
        TimeSpan.FromSeconds(reader.GetInt32(RunWidth + 6)),
        reader.GetInt32(RunWidth + 7),
        reader.GetFieldValue<string[]>(RunWidth + 8),
        reader.GetFieldValue<string[]>(RunWidth + 9),
        Time(reader, RunWidth + 10),
        Time(reader, RunWidth + 11),
        Text(reader, RunWidth + 12),
        reader.IsDBNull(0) ? null : ReadRun(reader),
        reader.GetInt64(RunWidth + 13));

    private static JobRunRow ReadRun(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetString(1),
        RunNames.OutcomeOf(reader.GetString(2)),
        RunNames.CauseOf(reader.GetString(3)),
        reader.GetString(4),
        reader.GetFieldValue<DateTimeOffset>(5),
        Time(reader, 6),
        Time(reader, 7),
        Time(reader, 8),
        Time(reader, 9),
        Text(reader, 10),
        reader.GetInt32(11),
        reader.IsDBNull(12) ? null : reader.GetInt64(12),
        RunParameters.Of(reader.GetString(13)),
        reader.GetInt64(14),
        reader.GetInt64(15),
        reader.GetInt64(16),
        Text(reader, 17),
        Text(reader, 18));

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
