using Npgsql;

namespace CryptoAspire.Storage.Jobs;

/// <summary>What PostgreSQL tells of jobs as it happens, whoever did it.</summary>
public sealed class JobNews(NpgsqlDataSource database)
{
    private const string Queued = "job_run_queued";
    private const string Changed = "job_changed";

    /// <summary>Listens until told to stop.</summary>
    /// <param name="queued">Called when a run has been queued, and once at the beginning: what was before is not told.</param>
    /// <param name="changed">Called when a job was paused, resumed or given another schedule, and once at the beginning.</param>
    /// <param name="cancel">Ends the listening.</param>
    /// <exception cref="NpgsqlException">The connection could not be made, or was lost.</exception>
    public async Task ListenAsync(Action queued, Action changed, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        connection.Notification += (_, told) =>
        {
            if (told.Channel == Queued)
                queued();
            else if (told.Channel == Changed)
                changed();
        };
        try
        {
            await ExecuteAsync(connection, $"listen {Queued}; listen {Changed}", cancel);
            queued();
            changed();
            while (true)
                await connection.WaitAsync(cancel);
        }
        finally
        {
            if (connection.FullState == System.Data.ConnectionState.Open)
                await ExecuteAsync(connection, "unlisten *", CancellationToken.None); // its session may go to somebody else
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
