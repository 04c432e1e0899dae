using CryptoAspire.ServiceDefaults;
using CryptoAspire.Storage.Migrations;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Quartz;

namespace CryptoAspire.AggregationScheduler.Scheduling;

/// <summary>
/// Starts Quartz once the schema is there, however late PostgreSQL comes, keeps its triggers as they are wanted, and stops it. Its health is
/// the scheduler's: running, and with its store reachable.
/// </summary>
internal sealed partial class SchedulerService(Migrator migrator, ISchedulerFactory factory, ScheduleKeeper keeper, TimeProvider time, ILogger<SchedulerService> logger)
    : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeepInterval = TimeSpan.FromSeconds(5);

    private readonly WakeUpCall _wake = new(time);
    private IScheduler? _scheduler;
    private volatile string _trouble = "waiting for the database schema";

    /// <summary>Has the schedules looked at at once.</summary>
    public void Wake() => _wake.Call();

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (_scheduler is not { } scheduler)
            return new HealthCheckResult(context.Registration.FailureStatus, _trouble);
        try
        {
            // Asks the store, so that a lost database is seen here.
            _ = await scheduler.GetTriggerGroupNames(cancellationToken);
            return scheduler.Status == SchedulerStatus.Running
                ? HealthCheckResult.Healthy()
                : new HealthCheckResult(context.Registration.FailureStatus, $"the scheduler is {scheduler.Status}");
        }
        catch (SchedulerException failure)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, failure.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.WaitAsync(stoppingToken);
        while (_scheduler is null)
        {
            try
            {
                var scheduler = await factory.GetScheduler(stoppingToken);
                await keeper.RegisterAsync(scheduler, stoppingToken);
                await keeper.KeepAsync(scheduler, stoppingToken);
                await scheduler.Start(stoppingToken);
                _scheduler = scheduler;
                LogStarted(scheduler.SchedulerInstanceId);
            }
            catch (Exception failure) when (failure is SchedulerException or NpgsqlException)
            {
                _trouble = failure.Message;
                LogNotStarted(failure.Message);
                await Task.Delay(RetryDelay, time, stoppingToken);
            }
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            await KeepAsync(_scheduler, stoppingToken);
            await _wake.RestAsync(KeepInterval, stoppingToken);
        }

        await _scheduler.Shutdown(waitForJobsToComplete: true, CancellationToken.None);
    }

    private async Task KeepAsync(IScheduler scheduler, CancellationToken cancel)
    {
        try
        {
            await keeper.KeepAsync(scheduler, cancel);
        }
        catch (Exception failure) when (failure is SchedulerException or NpgsqlException or TimeoutException)
        {
            LogNotKept(failure.Message);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Scheduler {Instance} runs")]
    private partial void LogStarted(string instance);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The scheduler does not start yet: {Reason}")]
    private partial void LogNotStarted(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The schedules could not be compared: {Reason}")]
    private partial void LogNotKept(string reason);
}
