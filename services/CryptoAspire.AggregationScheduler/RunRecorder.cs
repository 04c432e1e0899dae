using CryptoAspire.Storage.Gold;
using Quartz;

namespace CryptoAspire.AggregationScheduler;

/// <summary>Runs a job's work with its row in <c>job_run</c> around it.</summary>
public sealed partial class RunRecorder(JobRuns runs, ILogger<RunRecorder> logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    /// <summary>Runs; a failure is recorded and logged, and the next firing tries again: what was not done is still dirty.</summary>
    public async ValueTask RunAsync(IJobExecutionContext context, Func<CancellationToken, Task<long>> work, CancellationToken cancel)
    {
        var job = context.JobDetail.Key.Name;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Timeout);
        long? id = null;
        try
        {
            id = await runs.StartAsync(job, context.Scheduler.SchedulerInstanceId, limit.Token);
            var done = await work(limit.Token);
            await runs.FinishAsync(id.Value, done, error: null, CancellationToken.None);
            if (done > 0)
                LogDone(job, done);
        }
        catch (Exception failure)
        {
            LogFailed(job, failure.Message);
            if (id is { } run)
                await RecordFailureAsync(run, failure.Message);
        }
    }

    // When PostgreSQL is the reason, its record is lost with it; the next run marks this one abandoned.
    private async Task RecordFailureAsync(long id, string reason)
    {
        try
        {
            await runs.FinishAsync(id, 0, reason, CancellationToken.None);
        }
        catch (Exception failure) when (failure is Npgsql.NpgsqlException or TimeoutException)
        {
            LogUnrecorded(id, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Job}: {Count} done")]
    private partial void LogDone(string job, long count);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Job} failed: {Reason}")]
    private partial void LogFailed(string job, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The failure of run {Id} could not be recorded: {Reason}")]
    private partial void LogUnrecorded(long id, string reason);
}
