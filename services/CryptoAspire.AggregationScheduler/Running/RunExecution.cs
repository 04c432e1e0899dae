using CryptoAspire.Scheduling;
using CryptoAspire.Storage.Jobs;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CryptoAspire.AggregationScheduler.Running;

/// <summary>Runs what was taken from the queue, and sees to it that its end is recorded.</summary>
internal sealed partial class RunExecution(JobRegistry jobs, RunQueue queue, IOptions<RunOptions> options, TimeProvider time, ILogger<RunExecution> logger)
{
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromMinutes(10);

    /// <summary>Runs to the end, however it ends; never throws. Disposes the lease.</summary>
    public async Task ExecuteAsync(RunLease lease, CancellationToken stopping)
    {
        var taken = lease.Run;
        var definition = jobs.Definition(taken.Job);
        var run = new JobRun(taken, queue, logger);
        var began = time.GetTimestamp();

        // 1. The job, with all that can end it early.
        using var timeout = new CancellationTokenSource(definition.Timeout, time);
        using var ended = new CancellationTokenSource();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeout.Token, ended.Token);
        using var watching = new CancellationTokenSource();
        var watch = WatchAsync(lease, ended, watching.Token);
        Exception? failure = null;
        try
        {
            using var activity = JobTelemetry.Start(taken);
            await jobs.RunAsync(run, limit.Token);
        }
        catch (Exception thrown)
        {
            failure = thrown;
        }

        await watching.CancelAsync();
        var (cancelledBy, leaseLost) = await watch;

        // 2. What that means.
        var (outcome, error) = failure switch
        {
            null => (RunOutcome.Succeeded, null),
            _ when cancelledBy is not null => (RunOutcome.Cancelled, $"cancelled by {cancelledBy}"),
            _ when stopping.IsCancellationRequested => (RunOutcome.Abandoned, "the scheduler was stopped"),
            _ when timeout.IsCancellationRequested => (RunOutcome.TimedOut, $"took longer than {definition.Timeout}"),
            _ => (RunOutcome.Failed, failure.Message),
        };
        if (error is not null)
            await run.LogAsync("error", outcome == RunOutcome.Failed ? failure!.ToString() : error);

        // 3. Its record. A run whose lease was lost is recorded by whoever finds it abandoned.
        if (leaseLost)
            LogLeaseLost(taken.Job, taken.Id);
        else
            await FinishAsync(taken, new RunResult(outcome, run.Read, run.Written, run.Rejected, error, RetryAt(definition, taken, outcome)));
        await lease.DisposeAsync();

        var took = time.GetElapsedTime(began);
        JobTelemetry.Record(taken.Job, outcome, took);
        if (outcome == RunOutcome.Succeeded && run.Written > 0)
            LogDone(taken.Job, taken.Id, run.Written, took.TotalMilliseconds);
        else if (outcome is RunOutcome.Failed or RunOutcome.TimedOut)
            LogFailed(taken.Job, taken.Id, error!);
    }

    private static async Task<(string? CancelledBy, bool LeaseLost)> WatchAsync(RunLease lease, CancellationTokenSource ended, CancellationToken watching)
    {
        try
        {
            var who = await lease.WaitForCancelAsync(watching);
            await ended.CancelAsync();
            return (who, false);
        }
        catch (OperationCanceledException)
        {
            return (null, false);
        }
        catch (NpgsqlException)
        {
            await ended.CancelAsync();
            return (null, true);
        }
    }

    // A job whose next firing comes before the retry needs none.
    private DateTimeOffset? RetryAt(JobDefinition definition, TakenRun taken, RunOutcome outcome)
    {
        var now = time.GetUtcNow();
        if (outcome == RunOutcome.Abandoned)
            return now;
        if (outcome is not (RunOutcome.Failed or RunOutcome.TimedOut) || taken.Attempt > definition.Retries)
            return null;
        var delay = options.Value.RetryDelay * Math.Pow(2, taken.Attempt - 1) * (1 + 0.2 * Random.Shared.NextDouble());
        var at = now + (delay < LongestRetryDelay ? delay : LongestRetryDelay);
        return taken.Parameters.Count == 0 && definition.Schedule is { } schedule && JobSchedule.Parse(schedule).Next(now) < at ? null : at;
    }

    private async Task FinishAsync(TakenRun taken, RunResult result)
    {
        try
        {
            if (!await queue.FinishAsync(taken.Id, result, CancellationToken.None))
                LogLeaseLost(taken.Job, taken.Id);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            LogUnrecorded(taken.Job, taken.Id, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Job} {Run}: {Count} written in {Milliseconds:0} ms")]
    private partial void LogDone(string job, long run, long count, double milliseconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Job} {Run} failed: {Reason}")]
    private partial void LogFailed(string job, long run, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Job} {Run} lost its lease: another scheduler will find it abandoned")]
    private partial void LogLeaseLost(string job, long run);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The end of {Job} {Run} could not be recorded, it will be found abandoned: {Reason}")]
    private partial void LogUnrecorded(string job, long run, string reason);
}
