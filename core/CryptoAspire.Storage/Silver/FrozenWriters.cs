using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>
/// Ends sessions that hold what we wait for and do not let go: their process is frozen or cut off. If it is not, it finds its transaction
/// rolled back, reads the fence as we do and goes on from there.
/// </summary>
internal static class FrozenWriters
{
    /// <summary>How long a transaction may hold what another owner waits for; a batch takes a tenth of that.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Waits for an operation on the connection; whoever blocks it for longer than <see cref="Patience"/> is ended, with an incident.</summary>
    /// <param name="database">For a connection that is not blocked.</param>
    /// <param name="connection">The one that may be.</param>
    /// <param name="operation">What runs on it.</param>
    /// <param name="held">What is waited for, for the incident.</param>
    /// <param name="cancel">Ends the wait with the operation.</param>
    public static async Task<T> OutwaitAsync<T>(NpgsqlDataSource database, NpgsqlConnection connection, Task<T> operation, string held, CancellationToken cancel)
    {
        while (await Task.WhenAny(operation, Task.Delay(Patience, cancel)) != operation && !cancel.IsCancellationRequested)
            await EndBlockersAsync(database, connection.ProcessID, held, cancel);
        return await operation;
    }

    // pg_terminate_backend reaches a session in the middle of a COPY too, which no time-out of PostgreSQL does.
    private static async Task EndBlockersAsync(NpgsqlDataSource database, int waiting, string held, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            insert into incident (occurred_at, kind, detail)
            select clock_timestamp(), 'writer-ended', format('%s: session %s of %s held it and was ended; its transaction is rolled back', $2, b.pid, coalesce(a.client_addr::text, 'this machine'))
            from unnest(pg_blocking_pids($1)) as b (pid)
            left join pg_stat_activity a on a.pid = b.pid
            where pg_terminate_backend(b.pid)
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = waiting });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = held });
        try
        {
            await command.ExecuteNonQueryAsync(cancel);
        }
        catch (PostgresException)
        {
            // Not ours to end, or it has just gone by itself: the wait goes on.
        }
    }
}
