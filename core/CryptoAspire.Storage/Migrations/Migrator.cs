using CryptoAspire.Storage.Queries;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CryptoAspire.Storage.Migrations;

/// <summary>
/// Brings the schema to <see cref="Migration.Latest"/>. One owner (the stream processor) applies; everyone else waits. Several owners at
/// once are safe: an advisory lock lets one through, the rest find the work done.
/// </summary>
public sealed partial class Migrator(NpgsqlDataSource database, TimeProvider time, ILogger<Migrator> logger)
{
    // Any constant will do; it only has to be ours. "crypto" in ASCII.
    private const long AdvisoryLock = 0x63727970746f;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Applies what is missing, each step in a transaction of its own with its record.</summary>
    /// <exception cref="SchemaTooNewException">The database was migrated by a newer build.</exception>
    /// <exception cref="NpgsqlException">PostgreSQL is away or refused; nothing of the failing step remains.</exception>
    public async Task ApplyAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await ExecuteAsync(connection, "select pg_advisory_lock(@key)", cancel, ("key", AdvisoryLock));
        try
        {
            await ExecuteAsync(
                connection,
                """
                create table if not exists schema_version (
                    version    integer     primary key,
                    name       text        not null,
                    applied_at timestamptz not null default now()
                )
                """,
                cancel);
            var version = await ReadVersionAsync(connection, cancel);
            if (version > Migration.Latest)
                throw new SchemaTooNewException(version, Migration.Latest);

            // Not just those above the version: a step with a lower number may have been merged later.
            var applied = await ReadAppliedAsync(connection, cancel);
            foreach (var step in Migration.All.Where(step => !applied.Contains(step.Version)))
            {
                await using var transaction = await connection.BeginTransactionAsync(cancel);
                await ExecuteAsync(connection, step.Sql, cancel);
                await ExecuteAsync(
                    connection, "insert into schema_version (version, name) values (@version, @name)", cancel, ("version", step.Version), ("name", step.Name));
                await transaction.CommitAsync(cancel);
                LogApplied(step.Version, step.Name);
            }
        }
        finally
        {
            await ExecuteAsync(connection, "select pg_advisory_unlock(@key)", CancellationToken.None, ("key", AdvisoryLock));
        }
    }

    /// <summary>Returns when the schema has this build's version or a newer one; retries for as long as PostgreSQL is away.</summary>
    public async Task WaitAsync(CancellationToken cancel)
    {
        for (var told = false; ; told = true)
        {
            if (await CurrentVersionAsync(cancel) is { } version && version >= Migration.Latest)
                return;
            if (!told)
                LogWaiting(Migration.Latest);
            await Task.Delay(PollInterval, time, cancel);
        }
    }

    /// <summary>The schema's version: 0 when empty, null when PostgreSQL cannot be asked.</summary>
    public async Task<int?> CurrentVersionAsync(CancellationToken cancel)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            return await ReadVersionAsync(connection, cancel);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    private static async Task<int> ReadVersionAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var exists = new NpgsqlCommand("select to_regclass('schema_version') is not null", connection);
        if (!(bool)(await exists.ExecuteScalarAsync(cancel))!)
            return 0;
        await using var command = new NpgsqlCommand("select coalesce(max(version), 0) from schema_version", connection);
        return (int)(await command.ExecuteScalarAsync(cancel))!;
    }

    private static async Task<HashSet<int>> ReadAppliedAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select version from schema_version", connection);
        return [.. await command.ListAsync(static reader => reader.GetInt32(0), cancel)];
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel, params (string Name, object Value)[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        await command.ExecuteNonQueryAsync(cancel);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Schema step {Version} ({Name}) applied")]
    private partial void LogApplied(int version, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for the database schema, version {Version}")]
    private partial void LogWaiting(int version);
}
