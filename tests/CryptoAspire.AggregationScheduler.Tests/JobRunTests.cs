using System.Collections.Concurrent;
using CryptoAspire.AggregationScheduler.Running;
using CryptoAspire.Storage.Jobs;
using CryptoAspire.Storage.Migrations;
using CryptoAspire.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CryptoAspire.AggregationScheduler.Tests;

/// <summary>What is around every job, with jobs made for the purpose and two schedulers in this process.</summary>
public sealed class JobRunTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Board _board = new();
    private NpgsqlDataSource _database = null!;
    private Replica _first = null!;
    private Replica _second = null!;

    private RunQueue Queue => new(_database, TimeProvider.System);

    private JobQueries Jobs => new(_database);

    private JobSteering Steering => new(_database, TimeProvider.System);

    public async Task InitializeAsync()
    {
        _database = NpgsqlDataSource.Create(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync("jobs"));
        await new Migrator(_database, TimeProvider.System, NullLogger<Migrator>.Instance).ApplyAsync(CancellationToken.None);
        var replicas = await Task.WhenAll(StartAsync(), StartAsync());
        (_first, _second) = (replicas[0], replicas[1]);
        await Eventually.True(async () => (await Jobs.JobsAsync(null, CancellationToken.None)).Count == 6, Patience);
    }

    public async Task DisposeAsync()
    {
        _board.Release.TrySetResult();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_run_keeps_what_it_was_asked_what_it_did_and_what_it_said()
    {
        var id = await RequestAsync("upstream", ("symbols", "BTC-USD, ETH-USD"));
        var run = await EndAsync("upstream", id);

        Assert.Equal((RunOutcome.Succeeded, RunCause.Request, "alice", 5L, 2L, 1L), (run.Outcome, run.Cause, run.RequestedBy, run.Read, run.Written, run.Rejected));
        Assert.Equal("BTC-USD, ETH-USD", run.Parameters["symbols"]);
        Assert.True(run.StartedAt <= run.FinishedAt);
        Assert.Equal(["info BTC-USD", "info ETH-USD", "warning one was refused"], (await Jobs.LogAsync(id, CancellationToken.None)).Select(l => $"{l.Level} {l.Message}"));

        // And the job that comes after it follows.
        await Eventually.True(async () => (await Jobs.RunsAsync("downstream", RunOutcome.Succeeded, 1, CancellationToken.None)).Any(r => r.CausedBy == id && r.Cause == RunCause.After), Patience);
    }

    [Fact]
    public async Task A_run_that_fails_is_tried_again_with_growing_waits_until_it_succeeds()
    {
        _board.Failures["flaky"] = 2;
        var first = await RequestAsync("flaky", ("from", "2024-08-08"));
        await Eventually.True(async () => (await Jobs.RunsAsync("flaky", RunOutcome.Succeeded, 1, CancellationToken.None)).Count == 1, Patience);

        var runs = (await Jobs.RunsAsync("flaky", null, 10, CancellationToken.None)).OrderBy(r => r.Id).ToList();
        Assert.Equal(["failed 1", "failed 2", "succeeded 3"], runs.Select(r => $"{r.Outcome.Name()} {r.Attempt}"));
        Assert.Equal([null, first, runs[1].Id], runs.Select(r => r.CausedBy));
        Assert.All(runs, r => Assert.Equal("2024-08-08", r.Parameters["from"]));
        Assert.Equal("not today", runs[0].Error);
        Assert.Contains("at CryptoAspire", (await Jobs.LogAsync(first, CancellationToken.None)).Single().Message);
        Assert.True(runs[1].NotBefore - runs[0].FinishedAt >= TimeSpan.FromMilliseconds(90));
        Assert.True(runs[2].NotBefore - runs[1].FinishedAt >= TimeSpan.FromMilliseconds(190));
    }

    [Fact]
    public async Task A_run_that_fails_always_is_given_up_after_its_retries()
    {
        _board.Failures["flaky"] = 100;
        await RequestAsync("flaky");
        await Eventually.True(async () => (await Jobs.RunsAsync("flaky", RunOutcome.Failed, 10, CancellationToken.None)).Count == 3, Patience);
        await Task.Delay(1000);
        Assert.Equal(3, (await Jobs.RunsAsync("flaky", null, 10, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task A_run_that_takes_too_long_is_stopped()
    {
        var run = await EndAsync("slow", await RequestAsync("slow", ("limit", "short")));
        Assert.Equal((RunOutcome.TimedOut, "took longer than 00:00:02"), (run.Outcome, run.Error));
        Assert.Equal(1L, run.Read);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_is_stopped_and_one_that_waits_never_starts()
    {
        var running = await RequestAsync("waiting");
        var queued = await RequestAsync("waiting");
        await Eventually.True(async () => (await Jobs.RunAsync("waiting", running, CancellationToken.None))!.Outcome == RunOutcome.Running, Patience);

        Assert.True(await Steering.CancelAsync("waiting", queued, "alice", CancellationToken.None));
        Assert.True(await Steering.CancelAsync("waiting", running, "alice", CancellationToken.None));
        Assert.Equal((RunOutcome.Cancelled, "cancelled by alice"), ((await EndAsync("waiting", running)).Outcome, (await EndAsync("waiting", running)).Error));
        Assert.Null((await EndAsync("waiting", queued)).StartedAt);
    }

    [Fact]
    public async Task A_scheduler_that_stops_hands_its_run_to_another()
    {
        var id = await RequestAsync("waiting");
        await Eventually.True(async () => (await Jobs.RunAsync("waiting", id, CancellationToken.None))!.Outcome == RunOutcome.Running, Patience);
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        var ended = await EndAsync("waiting", id);
        Assert.Equal((RunOutcome.Abandoned, "the scheduler was stopped"), (ended.Outcome, ended.Error));

        // The second may have taken it from the first and handed it on when it was stopped itself.
        _first = await StartAsync();
        await Eventually.True(async () => (await Jobs.RunsAsync("waiting", RunOutcome.Running, 1, CancellationToken.None)).Count == 1, Patience);
        var runs = (await Jobs.RunsAsync("waiting", null, 10, CancellationToken.None)).OrderBy(r => r.Id).ToList();
        Assert.Equal(id, runs[0].Id);
        Assert.All(runs.Zip(runs.Skip(1)), pair => Assert.Equal(pair.First.Id, pair.Second.CausedBy));
        Assert.All(runs.SkipLast(1), r => Assert.Equal(RunOutcome.Abandoned, r.Outcome));
    }

    [Fact]
    public async Task A_run_that_hangs_beyond_its_time_out_loses_its_lease_and_is_done_again()
    {
        var hung = await RequestAsync("stubborn");
        var ended = await EndAsync("stubborn", hung);
        Assert.Equal((RunOutcome.Abandoned, "its process ended in the middle"), (ended.Outcome, ended.Error));
        await Eventually.True(async () => (await Jobs.RunsAsync("stubborn", RunOutcome.Succeeded, 1, CancellationToken.None)).Any(r => r.CausedBy == hung), Patience);

        // It comes round, and changes nothing any more.
        _board.Release.TrySetResult();
        await Task.Delay(500);
        Assert.Equal(RunOutcome.Abandoned, (await EndAsync("stubborn", hung)).Outcome);
    }

    [Fact]
    public async Task A_schedule_is_set_paused_and_resumed_while_the_scheduler_runs()
    {
        await Steering.RescheduleAsync("upstream", "every 1s", "alice", CancellationToken.None);
        await Eventually.True(async () => (await Jobs.RunsAsync("upstream", RunOutcome.Succeeded, 10, CancellationToken.None)).Count(r => r.Cause == RunCause.Schedule) >= 2, Patience);
        Assert.NotNull((await Jobs.JobsAsync("upstream", CancellationToken.None)).Single().NextRunAt);

        await Steering.PauseAsync("upstream", "alice", CancellationToken.None);
        await Eventually.True(async () => (await Jobs.JobsAsync("upstream", CancellationToken.None)).Single() is { NextRunAt: null, Queued: 0, LastRun.Outcome: RunOutcome.Succeeded }, Patience);
        var runs = (await Jobs.RunsAsync("upstream", null, 1000, CancellationToken.None)).Count;
        await Task.Delay(2500);
        Assert.Equal(runs, (await Jobs.RunsAsync("upstream", null, 1000, CancellationToken.None)).Count);

        await Steering.ResumeAsync("upstream", "alice", CancellationToken.None);
        await Eventually.True(async () => (await Jobs.RunsAsync("upstream", null, 1000, CancellationToken.None)).Count > runs, Patience);
        Assert.DoesNotContain((await Jobs.RunsAsync("upstream", null, 1000, CancellationToken.None)).GroupBy(r => r.ScheduledFor), firing => firing.Count() > 1);
    }

    private Task<Replica> StartAsync() => Replica.StartAsync(_database, builder =>
    {
        builder.Services.AddSingleton(_board);
        builder.Services.AddJob<UpstreamJob>();
        builder.Services.AddJob<DownstreamJob>();
        builder.Services.AddJob<FlakyJob>();
        builder.Services.AddJob<SlowJob>();
        builder.Services.AddJob<WaitingJob>();
        builder.Services.AddJob<StubbornJob>();
    }, [KeyValuePair.Create("JobRuns:HungAfter", (string?)"00:00:01")]);

    private async Task<long> RequestAsync(string job, params (string Name, string Value)[] parameters) =>
        (await Queue.EnqueueAsync(new RunRequest(job, RunCause.Request, "alice") { Parameters = parameters.ToDictionary(p => p.Name, p => p.Value) }, CancellationToken.None))!.Value;

    private async Task<JobRunRow> EndAsync(string job, long id) =>
        (await Eventually.Value(() => Jobs.RunAsync(job, id, CancellationToken.None), run => run is { Outcome: not (RunOutcome.Queued or RunOutcome.Running) }, Patience))!;

    private sealed class Board
    {
        public ConcurrentDictionary<string, int> Failures { get; } = new();

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class UpstreamJob : IScheduledJob
    {
        public static JobDefinition Definition { get; } = new("upstream", "Counts and talks.") { Parameters = ["symbols"] };

        public async Task RunAsync(JobRun run, CancellationToken cancel)
        {
            foreach (var symbol in run.List("symbols"))
                await run.LogAsync(symbol);
            if (run.List("symbols").Count > 0)
                await run.WarnAsync("one was refused");
            run.CountRead(5);
            run.CountWritten(2);
            run.CountRejected(1);
        }
    }

    private sealed class DownstreamJob : IScheduledJob
    {
        public static JobDefinition Definition { get; } = new("downstream", "Comes after.") { After = ["upstream"] };

        public Task RunAsync(JobRun run, CancellationToken cancel) => Task.CompletedTask;
    }

    private sealed class FlakyJob(Board board) : IScheduledJob
    {
        public static JobDefinition Definition { get; } = new("flaky", "Fails as often as told.") { Retries = 2, Parameters = ["from"] };

        public Task RunAsync(JobRun run, CancellationToken cancel) => run.Taken.Attempt <= board.Failures.GetValueOrDefault("flaky") ? throw new InvalidOperationException("not today") : Task.CompletedTask;
    }

    private sealed class SlowJob : IScheduledJob
    {
        public static JobDefinition Definition { get; } = new("slow", "Takes too long.") { Timeout = TimeSpan.FromSeconds(2), Retries = 0, Parameters = ["limit"] };

        public async Task RunAsync(JobRun run, CancellationToken cancel)
        {
            run.CountRead(1);
            await Task.Delay(Timeout.Infinite, cancel);
        }
    }

    private sealed class WaitingJob : IScheduledJob
    {
        public static JobDefinition Definition { get; } = new("waiting", "Waits for its end.");

        public Task RunAsync(JobRun run, CancellationToken cancel) => Task.Delay(Timeout.Infinite, cancel);
    }

    private sealed class StubbornJob(Board board) : IScheduledJob
    {
        public static JobDefinition Definition { get; } = new("stubborn", "Does not listen, the first time.") { Timeout = TimeSpan.FromSeconds(1) };

        public Task RunAsync(JobRun run, CancellationToken cancel) => run.Taken.Attempt == 1 ? board.Release.Task : Task.CompletedTask;
    }
}
