using CryptoAspire.Storage.Migrations;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CryptoAspire.AggregationScheduler.Tests;

public class SchedulerTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    [Fact]
    public async Task Replicas_share_the_jobs_and_Gold_fills_in_whoever_dies()
    {
        // 1. Started before there is a schema: waits for it, and says so.
        await using var first = Start(out var port);
        using var http = new HttpClient();
        await Eventually.Passes(async () => Assert.Contains("waiting for the database schema", await HealthAsync(http, port)), Patience);
        await new Migrator(database.DataSource, TimeProvider.System, NullLogger<Migrator>.Instance).ApplyAsync(CancellationToken.None);
        await Eventually.Passes(async () => Assert.True((await http.GetAsync($"http://127.0.0.1:{port}/health")).IsSuccessStatusCode), Patience);

        // 2. A dirty bucket is rolled.
        await DirtyAsync("2024-08-08 10:00:00+00", price: 100);
        await RolledAsync(hours: 1);

        // 3. Of two replicas each run is one's; the death of either does not matter.
        await using var second = Start(out var secondPort);
        await Eventually.Passes(async () => Assert.True((await http.GetAsync($"http://127.0.0.1:{secondPort}/health")).IsSuccessStatusCode), Patience);
        await first.KillAsync();
        await DirtyAsync("2024-08-08 11:00:00+00", price: 200);
        await RolledAsync(hours: 2);

        // 4. Killed in the middle of a run: the next scheduler finds it abandoned, and its work is done again.
        await using var held = await database.DataSource.OpenConnectionAsync();
        await using (var transaction = await held.BeginTransactionAsync())
        {
            await using (var hold = new NpgsqlCommand("lock table gold_hourly_metrics in access exclusive mode", held))
                await hold.ExecuteNonQueryAsync();
            await DirtyAsync("2024-08-08 13:00:00+00", price: 400);
            await Eventually.Passes(
                async () => Assert.Equal(1L, await ScalarAsync<long>("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%insert into gold_hourly_metrics%' and datname = current_database()")), Patience);
            await second.KillAsync();
            await transaction.RollbackAsync();
        }

        // 5. What became dirty while nobody ran is caught up.
        await DirtyAsync("2024-08-08 12:00:00+00", price: 300);
        await DirtyAsync("2024-08-08 10:00:00+00", price: 150);
        await using var third = Start(out _);
        await RolledAsync(hours: 4);
        await Eventually.Passes(async () => Assert.Equal(150m, await ScalarAsync<decimal>("select avg_price from gold_hourly_metrics order by hour_timestamp limit 1")), Patience);

        Assert.Equal(4L, await ScalarAsync<long>("select count(*) from gold_10min_metrics"));
        Assert.Equal(1L, await ScalarAsync<long>("select count(*) from job_run where job = 'gold-hourly' and outcome = 'abandoned' and finished_at is not null"));
        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from job_run a join job_run b on a.job = b.job and a.id <> b.id and a.started_at < b.started_at and a.finished_at > b.started_at"));
        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from (select from job_run where cause = 'schedule' group by job, scheduled_for having count(*) > 1) twice"));
        Assert.True(await ScalarAsync<long>("select count(*) from job_run where outcome = 'succeeded' and written > 0") >= 6);
        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from job_run where outcome = 'failed'"));
    }

    private static async Task<string> HealthAsync(HttpClient http, int port) =>
        await (await http.GetAsync($"http://127.0.0.1:{port}/health")).Content.ReadAsStringAsync();

    private ChildProcess Start(out int port) => SchedulerProcess.Start(database.ConnectionString, out port);

    private Task RolledAsync(int hours) => Eventually.Passes(
        async () =>
        {
            Assert.Equal(hours, await ScalarAsync<long>("select count(*) from gold_hourly_metrics"));
            Assert.Equal(0, await ScalarAsync<long>("select count(*) from dirty_bucket"));
        },
        Patience);

    /// <summary>A candle of one trade with its dirty buckets, as Silver's transaction leaves them.</summary>
    private async Task DirtyAsync(string start, decimal price)
    {
        await using var command = database.DataSource.CreateCommand(
            $"""
            insert into candle (symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, price_sum, price_square_sum,
                                open_time, open_venue, open_trade_id, close_time, close_venue, close_trade_id, revision, status, updated_at)
            select 'BTC-USD', '*', i, '{start}', p, p, p, p, 1, p, 0, 1, p, p * p, '{start}', 'coinbase', 1, '{start}', 'coinbase', 1, 1, 'open', now()
            from unnest(array['5m', '1h']) i, (values ({price}::numeric)) v (p)
            on conflict (symbol, venue, interval, start) do update set price_sum = excluded.price_sum, close = excluded.close;
            insert into dirty_bucket (grain, symbol, start, marked_at)
            select g, 'BTC-USD', '{start}', now() from unnest(array['10min', 'hourly']) g
            """);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
