using CryptoAspire.AggregationScheduler.Running;
using CryptoAspire.Storage.Jobs;
using CryptoAspire.Storage.Migrations;
using Npgsql;

namespace CryptoAspire.AggregationScheduler.Scheduling;

/// <summary>Has the queue and the schedules looked into at once when somebody has changed them; they are looked into anyway, though seldom.</summary>
internal sealed class JobListener(Migrator migrator, JobNews news, RunDispatcher dispatcher, SchedulerService scheduler, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await news.ListenAsync(dispatcher.Wake, scheduler.Wake, stoppingToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
            {
                // Those who look by themselves say that the database is away.
                await Task.Delay(RetryDelay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
