using CryptoAspire.ServiceDefaults;
using CryptoAspire.Storage.Jobs;
using CryptoAspire.Storage.Migrations;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CryptoAspire.AggregationScheduler.Running;

/// <summary>
/// Works the queue of runs off together with the other schedulers, and finds the runs whose process died or hangs. When the service stops,
/// its runs are stopped too, and queued again.
/// </summary>
internal sealed partial class RunDispatcher(
    Migrator migrator, JobRegistry jobs, RunQueue queue, RunExecution execution, IOptions<RunOptions> options, TimeProvider time, ILogger<RunDispatcher> logger)
    : BackgroundService
{
    private readonly string _instance = $"{Environment.MachineName}-{Environment.ProcessId}";
    private readonly WakeUpCall _wake = new(time);
    private readonly List<Task> _running = [];
    private readonly Dictionary<long, long> _firstSeen = [];

    /// <summary>Has the queue looked into at once.</summary>
    public void Wake() => _wake.Call();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await migrator.WaitAsync(stoppingToken);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await LookAsync(stoppingToken);
                await _wake.RestAsync(options.Value.Poll, stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(_running);
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        try
        {
            foreach (var (job, run) in await queue.AbandonDeadAsync(options.Value.RetryDelay, stopping))
                LogAbandoned(job, run);
            await EvictHungAsync(stopping);
            _running.RemoveAll(static run => run.IsCompleted);
            foreach (var lease in await queue.TakeAsync(jobs.Names, options.Value.Parallel - _running.Count, _instance, stopping))
                _running.Add(RunAsync(lease, stopping));
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            LogAway(failure.Message);
        }
    }

    private async Task RunAsync(RunLease lease, CancellationToken stopping)
    {
        await Task.Yield();
        await execution.ExecuteAsync(lease, stopping);
        Wake();
    }

    // By how long we have seen it running, on the clock that does not leap: started_at is another machine's word.
    private async Task EvictHungAsync(CancellationToken stopping)
    {
        var running = await queue.RunningAsync(stopping);
        foreach (var gone in _firstSeen.Keys.Except(running.Select(static run => run.Id)).ToList())
            _firstSeen.Remove(gone);
        foreach (var (id, timeout) in running)
        {
            if (_firstSeen.TryAdd(id, time.GetTimestamp()) || time.GetElapsedTime(_firstSeen[id]) < timeout + options.Value.HungAfter)
                continue;
            LogHung(id);
            await queue.EvictAsync(id, stopping);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Job} {Run} was abandoned: its process is gone")]
    private partial void LogAbandoned(string job, long run);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {Run} has outlived its time-out: its process hangs, its lease is taken away")]
    private partial void LogHung(long run);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue of runs cannot be read: {Reason}")]
    private partial void LogAway(string reason);
}
