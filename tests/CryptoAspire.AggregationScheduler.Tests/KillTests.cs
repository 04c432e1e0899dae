using System.Globalization;
using CryptoAspire.Storage.Migrations;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CryptoAspire.AggregationScheduler.Tests;

/// <summary>
/// A randomised market with late trades, two schedulers, and <c>kill -9</c> of one or the other at any moment; then every bucket of Gold
/// is what Silver says. More rounds: <c>tests/chaos/gold-kill9.sh</c>.
/// </summary>
public sealed class KillTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("CRYPTO_ASPIRE_GOLD_KILLS") ?? "3", CultureInfo.InvariantCulture);
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("CRYPTO_ASPIRE_GOLD_SEED") ?? "20240808", CultureInfo.InvariantCulture);
    private static readonly DateTimeOffset Start = new(2024, 8, 7, 20, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    [Fact]
    public async Task Gold_is_what_Silver_says_whoever_is_killed()
    {
        await new Migrator(database.DataSource, TimeProvider.System, NullLogger<Migrator>.Instance).ApplyAsync(CancellationToken.None);
        var random = new Random(Seed);
        var feed = new SilverFeed(database.DataSource, TimeProvider.System, Seed);
        var replicas = new[] { SchedulerProcess.Start(database.ConnectionString, out _), SchedulerProcess.Start(database.ConnectionString, out _) };
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                // 1. Trades: most of the moment, some of hours ago.
                var now = Start.AddHours(2 * round);
                await Eventually.True(async () => await CountAsync("select count(*) from job_run where outcome = 'succeeded'") > round, Patience);
                for (var batch = 0; batch < 20; batch++)
                {
                    await feed.CommitAsync(now, now.AddMinutes(6), 40);
                    if (random.Next(3) == 0)
                        await feed.CommitAsync(Start.AddHours(-4), now, 10);
                    now = now.AddMinutes(6);
                    await Task.Delay(random.Next(60));
                    if (round == 0 && batch == 0)
                        await Eventually.True(async () => await CountAsync("select count(*) from gold_10min_metrics") > 0, Patience);
                }

                // 2. One of the two dies in the middle of it all, and another takes its place.
                var victim = random.Next(replicas.Length);
                await replicas[victim].KillAsync();
                await replicas[victim].DisposeAsync();
                replicas[victim] = SchedulerProcess.Start(database.ConnectionString, out _);
            }

            // 3. When all is quiet, Gold is complete and right, and no job ever ran twice at a time.
            await Eventually.Passes(
                async () =>
                {
                    Assert.Equal(0, await CountAsync("select (select count(*) from dirty_bucket) + (select count(*) from signal_work)"));
                },
                Patience);
            Assert.Equal(0, await CountAsync($"select count(*) from ({GoldAudit.Differences}) d"));
            Assert.Equal(0, await CountAsync($"select count(*) from ({GoldAudit.StaleSignals}) d"));
            Assert.Equal(0, await CountAsync("select count(*) from job_run a join job_run b on a.job = b.job and a.id <> b.id and a.started_at < b.started_at and a.finished_at > b.started_at"));
            Assert.Equal(0, await CountAsync("select count(*) from job_run where outcome in ('failed', 'timed-out')"));
        }
        finally
        {
            foreach (var replica in replicas)
                await replica.DisposeAsync();
        }
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
