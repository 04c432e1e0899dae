using CryptoAspire.Storage.Migrations;
using CryptoAspire.Storage.Silver;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CryptoAspire.Storage.Tests;

/// <summary>A fresh database with our schema, one a test.</summary>
public abstract class SilverDatabase : IAsyncLifetime
{
    protected const string Topic = "crypto_prices";

    protected NpgsqlDataSource Database { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        Database = NpgsqlDataSource.Create(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync("silver"));
        await new Migrator(Database, TimeProvider.System, NullLogger<Migrator>.Instance).ApplyAsync(CancellationToken.None);
    }

    public virtual async Task DisposeAsync() => await Database.DisposeAsync();

    protected SilverWriter NewWriter(int partition = 0, TimeProvider? time = null) =>
        new(Database, new SilverPartitions(Database), time ?? TimeProvider.System, Topic, partition);

    protected async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    protected async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Every row as text, columns joined by '|', null as '-'.</summary>
    protected async Task<List<string>> RowsAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column =>
                reader.IsDBNull(column) ? "-" : Convert.ToString(reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture))));
        }

        return rows;
    }
}
