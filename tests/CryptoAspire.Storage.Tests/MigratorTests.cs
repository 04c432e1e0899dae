using CryptoAspire.Storage.Migrations;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CryptoAspire.Storage.Tests;

public class MigratorTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private static Migrator Of(NpgsqlDataSource source) => new(source, TimeProvider.System, NullLogger<Migrator>.Instance);

    [Fact]
    public async Task Owners_at_once_apply_each_step_once_those_who_wait_go_on_and_a_newer_schema_is_refused()
    {
        var migrator = Of(database.DataSource);
        Assert.Equal(0, await migrator.CurrentVersionAsync(CancellationToken.None));
        var waiting = migrator.WaitAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Of(database.DataSource).ApplyAsync(CancellationToken.None)));
        await waiting.WaitAsync(TimeSpan.FromSeconds(20));

        await using var count = database.DataSource.CreateCommand("select count(*) from schema_version");
        Assert.Equal((long)Migration.All.Count, await count.ExecuteScalarAsync());
        Assert.Equal(Migration.All.Select(step => step.Version).Distinct().Order(), Migration.All.Select(step => step.Version));

        // A step that was merged after one with a higher number is not passed over.
        await using var undo = database.DataSource.CreateCommand(
            """
            delete from schema_version where version = 7;
            alter index crypto_prices_realtime_times rename to crypto_prices_realtime_event_time;
            create index crypto_prices_realtime_processed_at on crypto_prices_realtime (processed_at)
            """);
        await undo.ExecuteNonQueryAsync();
        await migrator.ApplyAsync(CancellationToken.None);
        Assert.Equal((long)Migration.All.Count, await count.ExecuteScalarAsync());

        await using var newer = database.DataSource.CreateCommand("insert into schema_version (version, name) values (999, 'of the future')");
        await newer.ExecuteNonQueryAsync();
        Assert.Contains("999", (await Assert.ThrowsAsync<SchemaTooNewException>(() => migrator.ApplyAsync(CancellationToken.None))).Message);
    }

    [Fact]
    public async Task Without_PostgreSQL_there_is_no_version_and_no_exception()
    {
        await using var nowhere = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={FreePort.Next()};Username=x;Database=x;Timeout=2");
        Assert.Null(await Of(nowhere).CurrentVersionAsync(CancellationToken.None));
    }
}
