using Aspire.Hosting.ApplicationModel;
using Npgsql;

namespace CryptoAspire.LocalHosting.Postgres;

/// <summary>Creates the databases of a server that is ready.</summary>
internal static class DatabaseCreation
{
    public static async Task CreateAllAsync(PostgresServerResource server, IEnumerable<IResource> resources, CancellationToken cancellationToken)
    {
        var databases = resources.OfType<PostgresDatabaseResource>().Where(d => ReferenceEquals(d.Parent, server)).ToList();
        await using var connection = await PostgresConnection.OpenAsync(server, "postgres", cancellationToken).ConfigureAwait(false);
        foreach (var database in databases)
        {
            await CreateAsync(connection, database.DatabaseName, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task CreateAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        var quoted = name.Replace("\"", "\"\"", StringComparison.Ordinal);
#pragma warning disable CA2100 // an identifier cannot be a parameter; it is quoted
        await using var command = new NpgsqlCommand($"create database \"{quoted}\"", connection) { CommandTimeout = 30 };
#pragma warning restore CA2100
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DuplicateDatabase)
        {
            // It is kept from an earlier run.
        }
    }
}
