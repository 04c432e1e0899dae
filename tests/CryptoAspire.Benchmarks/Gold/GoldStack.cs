using CryptoAspire.Storage.Migrations;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CryptoAspire.Benchmarks.Gold;

/// <summary>A PostgreSQL of its own with our schema.</summary>
internal sealed class GoldStack(PostgresServer server, NpgsqlDataSource database) : IAsyncDisposable
{
    public NpgsqlDataSource Database => database;

    public static async Task<GoldStack> StartAsync()
    {
        var server = await ProductPostgres.StartAsync();
        var database = NpgsqlDataSource.Create($"{await server.CreateDatabaseAsync("crypto")};Command Timeout=0");
        await new Migrator(database, TimeProvider.System, NullLogger<Migrator>.Instance).ApplyAsync(CancellationToken.None);
        return new GoldStack(server, database);
    }

    /// <summary>Runs statements and fetches every row, as a caller would.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        do
        {
            while (await reader.ReadAsync())
            {
                // Fetching them is all.
            }
        }
        while (await reader.NextResultAsync());
    }

    public async Task<long> CountAsync(string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        await server.DisposeAsync();
    }
}
