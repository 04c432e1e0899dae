using System.Globalization;
using CryptoAspire.Testing;
using Npgsql;

namespace CryptoAspire.ServiceDefaults.Tests.Fixtures;

public sealed class PostgresServerTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    [Fact]
    public async Task Each_database_starts_empty_on_the_shared_server()
    {
        await using var command = database.DataSource.CreateCommand("select count(*) from pg_tables where schemaname = 'public'");
        Assert.Equal(0L, await command.ExecuteScalarAsync());

        string other = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        Assert.NotEqual(other, database.ConnectionString);
    }

    [Fact]
    public async Task Committed_rows_survive_a_killed_server()
    {
        await using var server = await PostgresServer.StartAsync();
        int first = server.ProcessId;
        await ExecuteAsync(server, "create table fact (id int)");
        await ExecuteAsync(server, "insert into fact select generate_series(1, 1000)");

        await server.KillAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ExecuteAsync(server, "select 1"));
        await server.RestartAsync();

        Assert.NotEqual(first, server.ProcessId);
        Assert.Equal(1000L, await ExecuteAsync(server, "select count(*) from fact"));
    }

    [Fact]
    public async Task Nothing_is_left_behind_after_the_end()
    {
        int process;
        string data;
        await using (var server = await PostgresServer.StartAsync(new Dictionary<string, string> { ["max_connections"] = "17" }))
        {
            process = server.ProcessId;
            data = (string)(await ExecuteAsync(server, "show data_directory"))!;
            Assert.Equal("17", await ExecuteAsync(server, "show max_connections"));
            Assert.True(Directory.Exists(data));
        }
        Assert.False(Directory.Exists(data));
        Assert.False(File.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat")));
    }

    private static async Task<object?> ExecuteAsync(PostgresServer server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
