using CryptoAspire.Testing;
using Npgsql;

namespace CryptoAspire.StreamProcessor.Tests.Chaos;

/// <summary>PostgreSQL is there and refuses: health says why, nothing is lost, and the processor goes on by itself.</summary>
public class OutageTests
{
    private static readonly TimeSpan Patience = SilverSystem.Patience;

    [Fact]
    public async Task A_read_only_database_and_one_without_free_connections_only_delay()
    {
        await using var system = await SilverSystem.StartAsync(new Dictionary<string, string> { ["max_connections"] = "30" });
        var (_, port) = system.StartProcessor(("ConnectionStrings__crypto", system.ConnectionString + ";Application Name=processor"));
        await SilverSystem.HealthyAsync(port);
        var trades = new TradeStream(seed: 21);
        Produce(system, trades, 500);
        await system.RowsAsync(500);

        // 1. Read-only, as a standby or an operator makes it.
        var writable = system.ConnectionString + ";Pooling=false;Options=-c default_transaction_read_only=off";
        await ExecuteAsync(writable, "alter system set default_transaction_read_only = on");
        await ExecuteAsync(writable, "select pg_reload_conf()");
        Produce(system, trades, 500);
        await SaysAsync(port, "read-only transaction");
        await ExecuteAsync(writable, "alter system reset default_transaction_read_only");
        await ExecuteAsync(writable, "select pg_reload_conf()");
        await system.RowsAsync(1_000);
        await SilverSystem.HealthyAsync(port);

        // 2. Every connection taken by somebody else, those of the processor too.
        var taken = new List<NpgsqlConnection>();
        await using (var keeper = new NpgsqlConnection(system.ConnectionString + ";Pooling=false"))
        {
            await keeper.OpenAsync();
            Produce(system, trades, 500);
            await Eventually.Passes(
                async () =>
                {
                    await TakeAllAsync(system.ConnectionString, taken);
                    await using var end = new NpgsqlCommand("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'processor'", keeper);
                    await end.ExecuteNonQueryAsync();
                    await TakeAllAsync(system.ConnectionString, taken);
                    Produce(system, trades, 1);
                    Assert.Contains("too many clients", await HealthAsync(port), StringComparison.Ordinal);
                },
                Patience);
        }

        foreach (var connection in taken)
            await connection.DisposeAsync();
        await SilverSystem.HealthyAsync(port);
        await system.RowsAsync(trades.Count);
        await NothingIsWrongAsync(system);
    }

    [SmallDiskFact]
    public async Task A_full_disk_only_delays()
    {
        await using var disk = await SmallDisk.MountAsync(40);
        var space = Path.Combine(disk.Path, "space");
        await using var system = await SilverSystem.StartAsync();
        var (installed, output) = await ChildProcess.RunAsync("install", ["-d", "-o", system.Postgres.User ?? Environment.UserName, space], TimeSpan.FromSeconds(10));
        Assert.True(installed == 0, output);
        await ExecuteAsync(system.ConnectionString, $"create tablespace small location '{space}'");
        await ExecuteAsync(system.ConnectionString, $"alter database \"{new NpgsqlConnectionStringBuilder(system.ConnectionString).Database}\" set default_tablespace = small");
        var (_, port) = system.StartProcessor();
        await SilverSystem.HealthyAsync(port);
        var trades = new TradeStream(seed: 22);
        Produce(system, trades, 1_000);
        await system.RowsAsync(1_000);

        disk.Fill((int)(new DriveInfo(disk.Path).AvailableFreeSpace - 256 * 1024));
        await Eventually.Passes(
            async () =>
            {
                Produce(system, trades, 2_000);
                Assert.Contains("could not extend file", await HealthAsync(port), StringComparison.Ordinal);
            },
            Patience);
        disk.Free();

        await system.RowsAsync(trades.Count);
        await SilverSystem.HealthyAsync(port);
        await NothingIsWrongAsync(system);
        Assert.False(system.Postgres.Output.Tail(500).Contains("PANIC", StringComparison.Ordinal));
    }

    private static async Task NothingIsWrongAsync(SilverSystem system)
    {
        Assert.Equal(0, await system.CountAsync(CandleAudit.Differences));
        Assert.Equal(0, await system.CountAsync(CandleAudit.LedgerErrors));
        Assert.Equal(0, await system.CountAsync("select from gap where closed_at is null"));
    }

    private static void Produce(SilverSystem system, TradeStream trades, int count)
    {
        for (var i = 0; i < count; i++)
            system.Produce(trades.Next());
    }

    private static async Task TakeAllAsync(string connectionString, List<NpgsqlConnection> taken)
    {
        while (true)
        {
            var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
            try
            {
                await connection.OpenAsync();
            }
            catch (NpgsqlException)
            {
                await connection.DisposeAsync();
                return;
            }

            taken.Add(connection);
        }
    }

    // The group waits ten seconds for company before it assigns: time to stop PostgreSQL in between.
    [Theory]
    [InlineData(ProcessSignal.Kill)]
    [InlineData(ProcessSignal.Stop)]
    public async Task PostgreSQL_that_dies_or_freezes_while_partitions_are_assigned_delays_them_and_no_more(ProcessSignal signal)
    {
        await using var system = await SilverSystem.StartAsync(brokerArguments: ["--group-initial-rebalance-delay-ms", "10000"]);
        var (processor, port) = system.StartProcessor();
        await Eventually.True(async () => await system.CountAsync("select from pg_locks where locktype = 'advisory' and objsubid = 2") == 1, Patience); // its place in the group
        system.Postgres.Send(signal);
        await Eventually.True(() => processor.Output.Lines.Any(static line => line.Contains("The consumer ended", StringComparison.Ordinal)), Patience);
        if (signal == ProcessSignal.Kill)
            await system.Postgres.RestartAsync();
        else
            system.Postgres.Send(ProcessSignal.Continue);
        await SilverSystem.HealthyAsync(port);
    }

    private static Task SaysAsync(int port, string reason) =>
        Eventually.Passes(async () => Assert.Contains(reason, await HealthAsync(port), StringComparison.Ordinal), Patience);

    private static async Task<string> HealthAsync(int port)
    {
        using var http = new HttpClient();
        return await (await http.GetAsync($"http://127.0.0.1:{port}/health")).Content.ReadAsStringAsync();
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
