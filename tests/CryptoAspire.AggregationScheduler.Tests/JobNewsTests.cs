using CryptoAspire.AggregationScheduler.Running;
using CryptoAspire.Storage.Jobs;
using CryptoAspire.Storage.Migrations;
using CryptoAspire.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace CryptoAspire.AggregationScheduler.Tests;

/// <summary>The scheduler's clock stands still, so it never looks by itself: what happens, happens because PostgreSQL told it.</summary>
public sealed class JobNewsTests
{
    private const string Listeners = "select count(*) from pg_stat_activity where datname = current_database() and query like 'listen job_%'";

    [Fact]
    public async Task What_anybody_changes_is_seen_at_once_also_after_the_connection_was_cut()
    {
        await using var database = NpgsqlDataSource.Create(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync("job_news"));
        var time = new FakeTimeProvider(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await new Migrator(database, time, NullLogger<Migrator>.Instance).ApplyAsync(CancellationToken.None);
        await using var replica = await Replica.StartAsync(database, builder => builder.Services.AddJob<IdleJob>(), [KeyValuePair.Create("JobRuns:Poll", (string?)"00:10:00")], time);
        await Eventually.True(async () => await CountAsync(database, Listeners) == 1);

        // 1. A run, and a schedule.
        await RunsAsync(database, runs: 3);
        await new JobSteering(database, time).RescheduleAsync("idle", "every 1h", "alice", CancellationToken.None);
        await Eventually.True(async () => await CountAsync(database, "select count(*) from job where next_run_at = '2025-01-01 01:00Z'") == 1);

        // 2. The connection is cut; what is queued before there is another is seen with it.
        await CountAsync(database, "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and query like 'listen job_%'");
        await Eventually.True(async () => await CountAsync(database, Listeners) == 0);
        await RequestAsync(database, "bob");
        for (var waited = TimeSpan.Zero; await CountAsync(database, Listeners) == 0; waited += TimeSpan.FromMilliseconds(100))
        {
            Assert.True(waited < TimeSpan.FromMinutes(1), "The connection was not made again."); // far from the ten minutes after which the queue is looked into anyway
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(100);
        }

        await Eventually.True(async () => await CountAsync(database, "select count(*) from job_run where requested_by = 'bob' and outcome = 'succeeded'") == 1);
        await RunsAsync(database, runs: 2);
    }

    // Each after the end of the one before, which has the queue looked into too.
    private static async Task RunsAsync(NpgsqlDataSource database, int runs)
    {
        for (var run = 0; run < runs; run++)
        {
            var before = await CountAsync(database, "select count(*) from job_run where outcome = 'succeeded'");
            await RequestAsync(database, "alice");
            await Eventually.True(async () => await CountAsync(database, "select count(*) from job_run where outcome = 'succeeded'") == before + 1);
            await Task.Delay(200);
        }
    }

    private static Task RequestAsync(NpgsqlDataSource database, string by) =>
        CountAsync(database, $"with one as (insert into job_run (job, cause, requested_by) values ('idle', 'request', '{by}') returning 1) select count(*) from one");

    private static async Task<long> CountAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private sealed class IdleJob : IScheduledJob
    {
        public static JobDefinition Definition { get; } = new("idle", "Does nothing.");

        public Task RunAsync(JobRun run, CancellationToken cancel) => Task.CompletedTask;
    }
}
