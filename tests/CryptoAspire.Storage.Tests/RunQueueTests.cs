using CryptoAspire.Storage.Jobs;
using CryptoAspire.Testing;
using Npgsql;

namespace CryptoAspire.Storage.Tests;

public class RunQueueTests : SilverDatabase
{
    private static readonly RunResult Done = new(RunOutcome.Succeeded, 3, 2, 1, null, null);

    private RunQueue Queue => new(Database, TimeProvider.System);

    private JobCatalog Catalog => new(Database, TimeProvider.System);

    private JobSteering Steering => new(Database, TimeProvider.System);

    [Fact]
    public async Task Firings_that_wait_are_one_run_and_a_request_is_one_of_its_own()
    {
        Assert.NotNull(await EnqueueAsync("a"));
        Assert.Null(await EnqueueAsync("a"));
        Assert.NotNull(await EnqueueAsync("a", RunCause.Request));
        Assert.NotNull(await EnqueueAsync("a", RunCause.Request));
        await using (await TakeAsync("a"))
            Assert.NotNull(await EnqueueAsync("a"));

        Assert.Equal(["queued|2|request", "queued|1|schedule", "running|1|schedule"], await RowsAsync("select outcome, count(*), cause from job_run group by 1, 3 order by 1, 3"));
    }

    [Fact]
    public async Task Of_many_schedulers_one_takes_a_run_and_a_job_never_runs_twice_at_a_time()
    {
        for (var i = 0; i < 5; i++)
            await EnqueueAsync("a", RunCause.Request);
        var atOnce = 0;
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async scheduler =>
        {
            while (await ScalarAsync<long>("select count(*) from job_run where outcome = 'queued'") > 0)
            {
                foreach (var lease in await Queue.TakeAsync(["a"], 5, $"s{scheduler}", CancellationToken.None))
                {
                    InterlockedMax(ref most, Interlocked.Increment(ref atOnce));
                    await Task.Delay(20);
                    Interlocked.Decrement(ref atOnce);
                    Assert.True(await Queue.FinishAsync(lease.Run.Id, Done, CancellationToken.None));
                    await lease.DisposeAsync();
                }
            }
        }));

        Assert.Equal(1, most);
        Assert.Equal(["succeeded|5|3|2|1"], await RowsAsync("select outcome, count(*), max(read), max(written), max(rejected) from job_run group by 1"));
    }

    [Fact]
    public async Task A_run_whose_session_is_gone_is_abandoned_and_tried_again_as_often_as_its_job_says()
    {
        await Catalog.RegisterAsync([new JobDefinition("a", "test") { Retries = 1 }], CancellationToken.None);
        await EnqueueAsync("a", RunCause.Backfill, new() { ["from"] = "2024-08-08" });
        var lease = await TakeAsync("a");
        Assert.Empty(await Queue.AbandonDeadAsync(TimeSpan.Zero, CancellationToken.None));

        await ExecuteAsync("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => lease.WaitForCancelAsync(CancellationToken.None));
        Assert.Equal([("a", lease.Run.Id)], await Queue.AbandonDeadAsync(TimeSpan.Zero, CancellationToken.None));
        Assert.False(await Queue.FinishAsync(lease.Run.Id, Done, CancellationToken.None));
        await lease.DisposeAsync();

        await using (var retry = await TakeAsync("a"))
        {
            Assert.Equal((2, RunCause.Retry, "2024-08-08"), (retry.Run.Attempt, retry.Run.Cause, retry.Run.Parameters["from"]));
            await ExecuteAsync("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())");
            await Eventually.True(async () => (await Queue.AbandonDeadAsync(TimeSpan.Zero, CancellationToken.None)).Count == 1);
        }

        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from job_run where outcome = 'queued'"));
    }

    [Fact]
    public async Task A_hung_process_loses_its_lease()
    {
        await Catalog.RegisterAsync([new JobDefinition("a", "test")], CancellationToken.None);
        await EnqueueAsync("a");
        await EnqueueAsync("b");
        await using var hung = await TakeAsync("a");
        await using var other = await TakeAsync("b");

        await Queue.EvictAsync(hung.Run.Id, CancellationToken.None);

        await Eventually.True(async () => (await Queue.AbandonDeadAsync(TimeSpan.Zero, CancellationToken.None)).SequenceEqual([("a", hung.Run.Id)]));
        Assert.True(await Queue.FinishAsync(other.Run.Id, Done, CancellationToken.None));
    }

    [Fact]
    public async Task A_job_comes_after_those_that_it_depends_on_once_they_wrote_something()
    {
        await Catalog.RegisterAsync(
            [new JobDefinition("gold", "test"), new JobDefinition("quality", "test") { After = ["gold"], Cooldown = TimeSpan.FromHours(1) }, new JobDefinition("paused", "test") { After = ["gold"] }],
            CancellationToken.None);
        await Steering.PauseAsync("paused", "me", CancellationToken.None);

        await RunAsync("gold", Done with { Written = 0 });
        await RunAsync("gold", Done with { Outcome = RunOutcome.Failed, Error = "no more disk" });
        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from job_run where job <> 'gold'"));

        var cause = await RunAsync("gold", Done);
        await RunAsync("gold", Done);
        Assert.Equal([$"quality|after|{cause}"], await RowsAsync("select job, cause, caused_by from job_run where job <> 'gold'"));

        // The second one waits for the cool-down.
        await RunQueuedAsync("quality", Done);
        await RunAsync("gold", Done);
        Assert.Empty(await Queue.TakeAsync(["quality"], 1, "test", CancellationToken.None));
        Assert.Equal(["t"], await RowsAsync("select case when not_before > now() + interval '50 minutes' then 't' end from job_run where job = 'quality' and outcome = 'queued'"));
    }

    [Fact]
    public async Task Pausing_holds_the_schedule_but_not_a_request_and_is_remembered_when_the_scheduler_starts_again()
    {
        JobDefinition[] jobs = [new("a", "test") { Schedule = "every 10s" }];
        await Catalog.RegisterAsync(jobs, CancellationToken.None);
        await EnqueueAsync("a");
        await Steering.PauseAsync("a", "alice", CancellationToken.None);
        await Steering.RescheduleAsync("a", "every 1m", "alice", CancellationToken.None);

        Assert.Null(await EnqueueAsync("a"));
        Assert.NotNull(await EnqueueAsync("a", RunCause.Request));
        await Catalog.RegisterAsync(jobs, CancellationToken.None);
        Assert.Equal([new JobPlan("a", "every 1m", true, true)], await Catalog.PlansAsync(CancellationToken.None));
        Assert.Equal(["cancelled|schedule|alice", "queued|request|-"], await RowsAsync("select outcome, cause, cancelled_by from job_run order by id"));

        await Steering.ResumeAsync("a", "bob", CancellationToken.None);
        await Steering.RescheduleAsync("a", null, "bob", CancellationToken.None);
        Assert.Equal([new JobPlan("a", "every 10s", false, true)], await Catalog.PlansAsync(CancellationToken.None));
        Assert.Equal("bob", (await new JobQueries(Database).JobsAsync("a", CancellationToken.None)).Single().ChangedBy);
    }

    [Fact]
    public async Task A_running_run_hears_that_it_is_cancelled_and_its_connection_lives_on()
    {
        await EnqueueAsync("a");
        var id = (await EnqueueAsync("a", RunCause.Request))!.Value;
        var lease = await TakeAsync("a");
        using var watching = new CancellationTokenSource();
        var watch = lease.WaitForCancelAsync(watching.Token);

        Assert.True(await Steering.CancelAsync("a", id, "alice", CancellationToken.None));
        Assert.Equal("cancelled", await ScalarAsync<string>($"select outcome from job_run where id = {id}"));
        Assert.False(await Steering.CancelAsync("a", id, "alice", CancellationToken.None));
        Assert.False(watch.IsCompleted);

        Assert.True(await Steering.CancelAsync("a", lease.Run.Id, "bob", CancellationToken.None));
        Assert.Equal("bob", await watch.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.True(await Queue.FinishAsync(lease.Run.Id, Done with { Outcome = RunOutcome.Cancelled }, CancellationToken.None));
        await lease.DisposeAsync();

        // A watch that ends without a cancel gives the lock back at once, too.
        await EnqueueAsync("a");
        var second = await TakeAsync("a");
        using var stop = new CancellationTokenSource();
        var silent = second.WaitForCancelAsync(stop.Token);
        await Task.Delay(100);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => silent);
        await Queue.FinishAsync(second.Run.Id, Done, CancellationToken.None);
        await second.DisposeAsync();
        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"));
    }

    [Fact]
    public async Task A_firing_that_comes_twice_is_queued_once_and_comes_again_when_the_clock_was_set_back()
    {
        var noon = new DateTimeOffset(2024, 8, 8, 12, 0, 0, TimeSpan.Zero);
        Assert.NotNull(await FireAsync(noon));
        await RunQueuedAsync("a", Done);
        Assert.Null(await FireAsync(noon));
        Assert.NotNull(await FireAsync(noon.AddSeconds(1)));
        await RunQueuedAsync("a", Done);
        Assert.NotNull(await FireAsync(noon));

        Task<long?> FireAsync(DateTimeOffset at) => Queue.EnqueueAsync(new RunRequest("a", RunCause.Schedule, "test") { ScheduledFor = at }, CancellationToken.None);
    }

    [Fact]
    public async Task One_scheduler_at_a_time_compares_the_schedules()
    {
        var catalog = new JobCatalog(Database, TimeProvider.System);
        var (compared, end) = (0, new TaskCompletionSource());
        var first = catalog.InTurnAsync(() => { compared++; return end.Task; }, CancellationToken.None);
        await Testing.Eventually.True(() => Volatile.Read(ref compared) == 1);
        Assert.False(await catalog.InTurnAsync(() => throw new InvalidOperationException("not its turn"), CancellationToken.None));
        end.SetResult();
        Assert.True(await first);
        Assert.True(await catalog.InTurnAsync(() => { compared++; return Task.CompletedTask; }, CancellationToken.None));
        Assert.Equal(2, compared);
    }

    [Fact]
    public async Task A_scheduler_that_is_frozen_while_it_compares_does_not_keep_the_others_from_it()
    {
        var catalog = new JobCatalog(Database, TimeProvider.System);
        var (begun, thaw) = (new TaskCompletionSource(), new TaskCompletionSource());
        var frozen = catalog.InTurnAsync(() => { begun.SetResult(); return thaw.Task; }, CancellationToken.None);
        await begun.Task;
        Assert.False(await catalog.InTurnAsync(() => Task.CompletedTask, CancellationToken.None));
        await Testing.Eventually.True(() => catalog.InTurnAsync(() => Task.CompletedTask, CancellationToken.None), TimeSpan.FromSeconds(60));
        thaw.SetResult();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => frozen);
    }

    [Fact]
    public async Task Only_a_run_that_did_not_succeed_can_be_tried_again()
    {
        var good = await RunAsync("a", Done);
        var bad = await RunAsync("a", Done with { Outcome = RunOutcome.Failed, Error = "no more disk" });

        Assert.Null(await Steering.RetryAsync("a", good, "alice", CancellationToken.None));
        Assert.NotNull(await Steering.RetryAsync("a", bad, "alice", CancellationToken.None));
        Assert.Equal([$"retry|alice|{bad}"], await RowsAsync("select cause, requested_by, caused_by from job_run where outcome = 'queued'"));
    }

    [Fact]
    public async Task Old_runs_go_with_their_logs_and_those_that_wait_stay()
    {
        var id = await RunAsync("a", Done);
        await Queue.LogAsync(id, 1, "info", "hello", CancellationToken.None);
        await EnqueueAsync("a");

        Assert.Equal("hello", (await new JobQueries(Database).LogAsync(id, CancellationToken.None)).Single().Message);
        Assert.Equal(1, await Queue.TrimAsync(DateTimeOffset.UtcNow.AddMinutes(1), CancellationToken.None));
        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from job_run_log"));
        Assert.Equal(1L, await ScalarAsync<long>("select count(*) from job_run"));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }

    private Task<long?> EnqueueAsync(string job, RunCause cause = RunCause.Schedule, Dictionary<string, string>? parameters = null) =>
        Queue.EnqueueAsync(new RunRequest(job, cause, "test") { Parameters = parameters ?? [] }, CancellationToken.None);

    private async Task<RunLease> TakeAsync(string job) => Assert.Single(await Queue.TakeAsync([job], 1, "test", CancellationToken.None));

    private async Task<long> RunAsync(string job, RunResult result)
    {
        await EnqueueAsync(job);
        return await RunQueuedAsync(job, result);
    }

    private async Task<long> RunQueuedAsync(string job, RunResult result)
    {
        await using var lease = await TakeAsync(job);
        Assert.True(await Queue.FinishAsync(lease.Run.Id, result, CancellationToken.None));
        return lease.Run.Id;
    }
}
