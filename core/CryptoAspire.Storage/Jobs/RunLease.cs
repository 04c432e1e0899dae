using System.Globalization;
using Npgsql;

namespace CryptoAspire.Storage.Jobs;

/// <summary>
/// The right to run a job, which one process at a time has: a session-level advisory lock on a connection of its own. PostgreSQL takes it
/// back the moment that the process is gone, whatever killed it, so nobody has to guess by a clock whether an owner still lives.
/// </summary>
public sealed class RunLease : IAsyncDisposable
{
    /// <summary>Class of our advisory locks: "jobs" in ASCII.</summary>
    internal const int LockClass = 0x6a6f6273;

    internal const string CancelChannel = "job_run_cancel";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);

    private readonly NpgsqlConnection _connection;

    private RunLease(NpgsqlConnection connection, TakenRun run) => (_connection, Run) = (connection, run);

    /// <summary>What is to be run.</summary>
    public TakenRun Run { get; }

    /// <summary>Takes a queued run; null when its job is running somewhere, or the run was taken or cancelled meanwhile.</summary>
    internal static async Task<RunLease?> TryTakeAsync(NpgsqlDataSource database, long id, string job, string instance, DateTimeOffset now, CancellationToken cancel)
    {
        var connection = await database.OpenConnectionAsync(cancel);
        try
        {
            if (await LockAsync(connection, job, cancel))
            {
                if (await StartAsync(connection, id, instance, now, cancel) is { } run)
                    return new RunLease(connection, run);
                await UnlockAsync(connection, job);
            }

            await connection.DisposeAsync();
            return null;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns when somebody has asked for the run's end; that is also looked up now and then, should the message be lost.</summary>
    /// <returns>Who asked.</returns>
    /// <exception cref="NpgsqlException">The connection is gone, and the lease with it.</exception>
    public async Task<string> WaitForCancelAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (await CancelledByAsync(cancel) is { } who)
                return who;
            await _connection.WaitAsync(LookEvery, cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await UnlockAsync(_connection, Run.Job);
        }
        catch (Exception failure) when (failure is NpgsqlException or InvalidOperationException)
        {
            // The connection is broken, so PostgreSQL has taken the lock back.
        }

        await _connection.DisposeAsync();
    }

    private static async Task<bool> LockAsync(NpgsqlConnection connection, string job, CancellationToken cancel)
    {
        // A host that vanishes from the network is found out within half a minute.
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("select set_config('tcp_keepalives_idle', '15', false), set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '3', false)"),
                new NpgsqlBatchCommand($"listen {CancelChannel}"),
                new NpgsqlBatchCommand("select pg_try_advisory_lock($1, hashtext($2))")
                {
                    Parameters = { new NpgsqlParameter<int> { TypedValue = LockClass }, new NpgsqlParameter<string> { TypedValue = job } },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        while (await reader.NextResultAsync(cancel))
        {
            if (await reader.ReadAsync(cancel))
                return reader.GetBoolean(0);
        }

        return false;
    }

    private static async Task<TakenRun?> StartAsync(NpgsqlConnection connection, long id, string instance, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            update job_run set outcome = 'running', instance = $2, started_at = $3
            where id = $1 and outcome = 'queued'
            returning id, job, cause, requested_by, attempt, scheduled_for, parameters::text
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = instance });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel)
            ? new TakenRun(
                reader.GetInt64(0),
                reader.GetString(1),
                RunNames.CauseOf(reader.GetString(2)),
                reader.GetString(3),
                reader.GetInt32(4),
                reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5),
                RunParameters.Of(reader.GetString(6)))
            : null;
    }

    // Closing alone does not do: the pool resets a session only when it is used again.
    private static async Task UnlockAsync(NpgsqlConnection connection, string job)
    {
        await using var command = new NpgsqlCommand(
            string.Create(CultureInfo.InvariantCulture, $"unlisten *; select pg_advisory_unlock({LockClass}, hashtext(@job))"), connection);
        command.Parameters.AddWithValue("job", job);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private async Task<string?> CancelledByAsync(CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select cancelled_by from job_run where id = $1", _connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Run.Id });
        return await command.ExecuteScalarAsync(cancel) as string;
    }
}
