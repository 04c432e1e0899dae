using Npgsql;
using Xunit;

namespace CryptoAspire.Testing;

/// <summary>
/// A fresh database on the assembly's shared server, for one test class:
/// <c>public class SilverTests(PostgresDatabase database) : IClassFixture&lt;PostgresDatabase&gt;</c>.
/// </summary>
public sealed class PostgresDatabase : IAsyncLifetime
{
    /// <summary>Connection string of the database's owner.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>A pool on the database.</summary>
    public NpgsqlDataSource DataSource { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        ConnectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        DataSource = NpgsqlDataSource.Create(ConnectionString);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync() => await DataSource.DisposeAsync();
}
