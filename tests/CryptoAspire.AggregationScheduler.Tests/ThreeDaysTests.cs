using CryptoAspire.Storage.Jobs;
using CryptoAspire.Storage.Migrations;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace CryptoAspire.AggregationScheduler.Tests;

/// <summary>
/// The real jobs under a clock of the test's own, for three days around the night in which Berlin's clocks go forward, on a host and a
/// database in that zone; in the middle the clock leaps ahead by hours, and is set back.
/// </summary>
public sealed class ThreeDaysTests
{
    private static readonly DateTimeOffset Start = new(2025, 3, 29, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Step = TimeSpan.FromHours(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Jobs:gold-10min:Schedule"] = "0 * * * *",
        ["Jobs:gold-hourly:Schedule"] = "every 1h at 0s",
        ["Jobs:gold-daily:Schedule"] = "0 0 2 * * ?",
        ["Jobs:gold-daily:Cooldown"] = "06:00:00",
        ["Jobs:signals:Schedule"] = "",
        ["Jobs:signals:Cooldown"] = "06:00:00",
        ["Jobs:maintenance:Schedule"] = "every 12h",
        ["JobRuns:Poll"] = "00:00:10",
    };

    [Fact]
    public async Task Buckets_stay_in_utc_and_nothing_is_left_out_or_done_twice()
    {
        var zone = Environment.GetEnvironmentVariable("TZ");
        Environment.SetEnvironmentVariable("TZ", "Europe/Berlin");
        TimeZoneInfo.ClearCachedData();
        try
        {
            await RunAsync();
        }
        finally
        {
            Environment.SetEnvironmentVariable("TZ", zone);
            TimeZoneInfo.ClearCachedData();
        }
    }

    private static async Task RunAsync()
    {
        Assert.Equal(TimeSpan.FromHours(2), TimeZoneInfo.Local.GetUtcOffset(Start.AddDays(2)));
        var connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync("three_days");
        await using var database = NpgsqlDataSource.Create(connectionString + ";Timezone=Europe/Berlin");
        var time = new FakeTimeProvider(Start);
        time.SetLocalTimeZone(TimeZoneInfo.Local);
        await new Migrator(database, time, NullLogger<Migrator>.Instance).ApplyAsync(CancellationToken.None);
        var feed = new SilverFeed(database, time, seed: 12);
        var jobs = new JobQueries(database);
        await using var replica = await Replica.StartAsync(database, builder =>
        {
            builder.AddGold();
            builder.AddUpkeep();
        }, Settings, time);
        await Eventually.True(async () => (await jobs.JobsAsync("gold-10min", CancellationToken.None)) is [{ NextRunAt: not null }], Patience);

        // 1. A day and a half, with the missing hour of the night in it: each firing is one run, at its time in UTC.
        for (var i = 0; i < 36; i++)
        {
            await feed.CommitAsync(time.GetUtcNow() - TimeSpan.FromMinutes(i % 5 == 4 ? 150 : 0), time.GetUtcNow() + TimeSpan.FromMilliseconds(1), 10);
            await StepAsync(database, time, jobs, Start + Step * (i + 1));
        }

        var noon = Start.AddHours(36);
        Assert.Equal(Range(Start + Step, noon, Step), await FiringsAsync(database, "gold-10min"));
        Assert.Equal(Range(Start + Step, noon, Step), await FiringsAsync(database, "gold-hourly"));
        Assert.Equal([Start.AddHours(2), Start.AddHours(26)], await FiringsAsync(database, "gold-daily"));

        // 2. The clock leaps five hours ahead: one run makes up for five.
        await feed.CommitAsync(noon, noon.AddMilliseconds(1), 5);
        var later = noon.AddHours(5) + TimeSpan.FromMinutes(10);
        await IdleAsync(database, time);
        time.AdjustTime(later);
        var evening = noon.AddHours(6);
        foreach (var job in new[] { "gold-10min", "gold-hourly" })
        {
            await RunsAsync(time, jobs, job, run => run.RequestedAt >= later - TimeSpan.FromMinutes(1));
            await NextRunAsync(time, jobs, job, evening);
        }

        await feed.CommitAsync(noon, later, 20);
        await StepAsync(database, time, jobs, evening);
        Assert.InRange((await FiringsAsync(database, "gold-10min")).Count, 37, 39);

        // 3. It is set back by three hours, and time goes on from there.
        var before = (await FiringsAsync(database, "gold-10min")).Count;
        await IdleAsync(database, time);
        time.AdjustTime(evening.AddHours(-3) + TimeSpan.FromSeconds(10));
        var start = noon.AddHours(3);
        await NextRunAsync(time, jobs, "gold-10min", start + Step);
        await NextRunAsync(time, jobs, "gold-hourly", start + Step);
        for (var i = 0; i < 4; i++)
        {
            await feed.CommitAsync(time.GetUtcNow() - Step, time.GetUtcNow(), 5);
            await StepAsync(database, time, jobs, start + Step * (i + 1));
        }

        Assert.True((await FiringsAsync(database, "gold-10min")).Count >= before + 4, "the schedule stood still after the clock was set back");

        // 4. The rest of the third day.
        for (var t = start + Step * 5; t <= Start.AddDays(3); t += Step)
        {
            await feed.CommitAsync(time.GetUtcNow() - Step, time.GetUtcNow(), 5);
            await StepAsync(database, time, jobs, t);
        }

        // 5. What is left is rolled; then Gold is what Silver says, in buckets of UTC.
        foreach (var job in new[] { "gold-10min", "gold-hourly", "gold-daily", "signals" })
        {
            var id = await new RunQueue(database, time).EnqueueAsync(new RunRequest(job, RunCause.Request, "test"), CancellationToken.None);
            await RunsAsync(time, jobs, job, run => run.Id == id);
        }

        Assert.Empty(await TextAsync(database, GoldAudit.Differences));
        Assert.Empty(await TextAsync(database, GoldAudit.StaleSignals));
        Assert.Equal(["00:00"], await TextAsync(database, "select distinct to_char(day at time zone 'UTC', 'HH24:MI') from gold_daily_metrics"));
        Assert.Equal(["3"], await TextAsync(database, "select count(distinct day)::text from gold_daily_metrics"));
        Assert.Empty(await TextAsync(database, "select job || ' ' || outcome || ' ' || coalesce(error, '') from job_run where outcome not in ('succeeded', 'queued')"));
    }

    /// <summary>Moves the clock when nothing is running (an hour would pass within the run), and waits until the runs of that time are done.</summary>
    private static async Task StepAsync(NpgsqlDataSource database, FakeTimeProvider time, JobQueries jobs, DateTimeOffset to)
    {
        await IdleAsync(database, time);
        var before = (await jobs.RunsAsync("gold-10min", null, 1, CancellationToken.None)).FirstOrDefault()?.Id;
        time.SetUtcNow(to);
        await RunsAsync(time, jobs, "gold-10min", run => run.ScheduledFor == to && !(run.Id <= before));
        await RunsAsync(time, jobs, "gold-hourly", run => run.ScheduledFor == to && !(run.Id <= before));
    }

    private static Task IdleAsync(NpgsqlDataSource database, FakeTimeProvider time) => TickUntilAsync(
        time,
        async () => (await TextAsync(database, $"select id from job_run where outcome = 'running' or outcome = 'queued' and coalesce(not_before, '-infinity') <= '{time.GetUtcNow():O}'")).Count == 0);

    private static Task RunsAsync(FakeTimeProvider time, JobQueries jobs, string job, Func<JobRunRow, bool> wanted) =>
        TickUntilAsync(time, async () => (await jobs.RunsAsync(job, RunOutcome.Succeeded, 5, CancellationToken.None)).Any(wanted));

    private static Task NextRunAsync(FakeTimeProvider time, JobQueries jobs, string job, DateTimeOffset at) =>
        TickUntilAsync(time, async () => (await jobs.JobsAsync(job, CancellationToken.None)).Single().NextRunAt == at);

    // Timers of the code under test may have been set a moment after the clock was moved.
    private static Task TickUntilAsync(FakeTimeProvider time, Func<Task<bool>> condition)
    {
        var looks = 0;
        return Eventually.True(
            async () =>
            {
                if (++looks % 20 == 0)
                    time.Advance(TimeSpan.FromSeconds(5));
                return await condition();
            },
            Patience);
    }

    private static List<DateTimeOffset> Range(DateTimeOffset first, DateTimeOffset last, TimeSpan step) =>
        [.. Enumerable.Range(0, (int)((last - first) / step) + 1).Select(i => first + step * i)];

    private static async Task<List<DateTimeOffset>> FiringsAsync(NpgsqlDataSource database, string job)
    {
        await using var command = database.CreateCommand($"select scheduled_for from job_run where job = '{job}' and cause = 'schedule' order by id");
        await using var reader = await command.ExecuteReaderAsync();
        var times = new List<DateTimeOffset>();
        while (await reader.ReadAsync())
            times.Add(reader.GetFieldValue<DateTimeOffset>(0));
        return times;
    }

    private static async Task<List<string>> TextAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand($"select t::text from ({sql}) t");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0).Trim('(', ')'));
        return rows;
    }
}
