using CryptoAspire.AggregationScheduler.Running;
using CryptoAspire.Scheduling;
using CryptoAspire.Storage.Jobs;
using Quartz;

namespace CryptoAspire.AggregationScheduler.Scheduling;

/// <summary>
/// Keeps Quartz's triggers as they are wanted: by code, configuration and what people changed at run time. It compares rather than
/// remembers, so whatever put them wrong (another version, a clock that was set back) is put right at the next look.
/// </summary>
internal sealed partial class ScheduleKeeper(JobRegistry jobs, JobCatalog catalog, TimeProvider time, ILogger<ScheduleKeeper> logger)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(2);

    /// <summary>Makes our jobs known, to people and to Quartz, and removes those that are no more.</summary>
    public async Task RegisterAsync(IScheduler scheduler, CancellationToken cancel)
    {
        await catalog.RegisterAsync(jobs.Definitions, cancel);
        foreach (var job in jobs.Names)
        {
            var detail = JobBuilder.Create<FiringJob>().WithIdentity(job).StoreDurably().Build();
            await scheduler.AddJob(detail, new AddJobOptions { Replace = true }, cancel);
        }

        foreach (var stored in (await scheduler.QueryJobs(new JobQuery(), cancel)).Items.Where(stored => !jobs.Has(stored.Key.Name)))
            await scheduler.DeleteJob(stored.Key, cancel);
    }

    /// <summary>Compares and puts right, unless another scheduler is at it.</summary>
    public Task KeepAsync(IScheduler scheduler, CancellationToken cancel) => catalog.InTurnAsync(() => CompareAsync(scheduler, cancel), cancel);

    private async Task CompareAsync(IScheduler scheduler, CancellationToken cancel)
    {
        var plans = (await catalog.PlansAsync(cancel)).Where(plan => jobs.Has(plan.Name)).ToList();
        var triggers = (await scheduler.GetTriggers([.. plans.Select(static plan => new TriggerKey(plan.Name))], cancel)).ToDictionary(static trigger => trigger.Key);
        var next = new Dictionary<string, DateTimeOffset?>();
        foreach (var plan in plans)
            next[plan.Name] = await KeepAsync(scheduler, plan, triggers.GetValueOrDefault(new TriggerKey(plan.Name)), cancel);

        await catalog.NoteNextRunsAsync(next, cancel);
    }

    private async Task<DateTimeOffset?> KeepAsync(IScheduler scheduler, JobPlan plan, ITrigger? trigger, CancellationToken cancel)
    {
        var key = new TriggerKey(plan.Name);
        if (plan.Paused || plan.Schedule is null)
        {
            if (trigger is not null)
                await scheduler.UnscheduleJob(key, cancel);
            return null;
        }

        if (!JobSchedule.TryParse(plan.Schedule, out var schedule, out var mistake))
        {
            LogMistake(plan.Name, mistake);
            return trigger?.NextFireTimeUtc;
        }

        var now = time.GetUtcNow();
        var description = plan.CatchUp ? schedule.Text : $"{schedule.Text} (no catching up)";
        if (trigger?.Description == description && trigger.NextFireTimeUtc is { } fires && IsRight(schedule, fires, now))
        {
            // Quartz gives up a trigger that it could not fire several times, as when the database is away; we do not.
            if (fires < now - Overdue && await scheduler.GetTriggerState(key, cancel) == TriggerState.Error)
                await scheduler.ResetTriggerFromErrorState(key, cancel);
            return fires;
        }

        if (schedule.Next(now) is null)
            return null;
        var wanted = schedule.ToTrigger(plan.Name, description, now, plan.CatchUp, time);
        await scheduler.ScheduleJob(wanted, ScheduleJobOptions.Replacing, cancel);
        LogScheduled(plan.Name, description);
        return wanted.NextFireTimeUtc ?? schedule.Next(now);
    }

    // Wrong is a firing at no time of the schedule (after a misfire Quartz counts from when it caught up), and one more than a period ahead:
    // the clock has been set back since it was computed. Less may be the difference between two machines' clocks.
    private static bool IsRight(JobSchedule schedule, DateTimeOffset fires, DateTimeOffset now)
    {
        if (fires <= now + Tolerance)
            return true;
        return schedule.Next(fires.AddMilliseconds(-1)) == fires && schedule.Next(now) is { } next && !(fires > schedule.Next(next));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Job} runs {Schedule}")]
    private partial void LogScheduled(string job, string schedule);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Job} keeps its schedule: {Mistake}")]
    private partial void LogMistake(string job, string mistake);
}
