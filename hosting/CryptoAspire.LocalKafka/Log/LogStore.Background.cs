
namespace CryptoAspire.LocalKafka.Log;

public sealed partial class LogStore
{
    private readonly CancellationTokenSource _stop = new();
    private Task _background = Task.CompletedTask;
    private bool _closing;

    /// <summary>Flushes everything and saves the recovery points, as the background loop does.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        var flushes = Partitions.Where(p => p.HasUnflushed).Select(p => p.FlushAsync(cancellationToken)).ToList();
        lock (_adminGate)
            flushes.AddRange(_coordinatorLogs.Values.Where(l => l.HasUnflushed).Select(l => l.FlushAsync(cancellationToken)));
        try
        {
            await Task.WhenAll(flushes).ConfigureAwait(false);
        }
        finally
        {
            if (!Volatile.Read(ref _closing))
                SaveRecoveryPoints();
        }
    }

    /// <summary>Deletes what retention allows and forgets expired producers, as the background loop does.</summary>
    public void RunRetention()
    {
        foreach (var partition in Partitions)
        {
            try
            {
                partition.RunRetention();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogMessages.SaveFailed(_logger, partition.Topic, partition.Partition, e);
            }
        }
    }

    /// <summary>Clean shutdown: flushes, saves indexes and producer state and leaves the marker that makes the next start fast.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!await StopBackgroundAsync().ConfigureAwait(false))
            return;
        Exception? failure = null;
        var clean = true;
        try
        {
            var closed = await Task.WhenAll(Partitions.Select(p => p.CloseCleanlyAsync())).ConfigureAwait(false);
            clean = closed.All(c => c);
            foreach (var log in _coordinatorLogs.Values)
                await log.FlushAsync(default).ConfigureAwait(false);
            SaveRecoveryPoints();
            SaveLogStarts();
            if (clean)
                AtomicFile.Write(_files, PathOf(CleanMarker), """{"version":0,"brokerEpoch":-1}"""u8);
        }
        catch (IOException e)
        {
            failure = e;
        }
        if (failure is not null || !clean)
            LogMessages.CloseFailed(_logger, failure);
        Release();
    }

    /// <summary>Dies like a killed process: nothing is flushed, no marker is left, the directory is unlocked. For tests.</summary>
    public void Abort()
    {
        if (StopBackgroundAsync().GetAwaiter().GetResult())
            Release();
    }

    private void Release()
    {
        foreach (var partition in Partitions)
            partition.Abort();
        foreach (var log in _coordinatorLogs.Values)
            log.Close();
        _unlinking.Wait();
        _scheduler.Dispose();
        _context.Segments.Cache.Clear();
        _lock.Dispose();
        _stop.Dispose();
    }

    private void StartBackground() => _background = Task.WhenAll(
        LoopAsync(Options.FlushInterval, "Flush", () => FlushAsync(_stop.Token)),
        LoopAsync(Options.RetentionInterval, "Retention", () => Task.Run(RunRetention)));

    private async Task LoopAsync(TimeSpan interval, string activity, Func<Task> work)
    {
        using var timer = new PeriodicTimer(interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                try
                {
                    await work().ConfigureAwait(false);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // Whatever it was: a loop that ended here would leave everything unflushed from now on, and nobody would know.
                    LogMessages.BackgroundFailed(_logger, activity, e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Closing.
        }
    }

    /// <summary>False if it was stopped before.</summary>
    private async Task<bool> StopBackgroundAsync()
    {
        lock (_adminGate)
        {
            if (_closing)
                return false;
            Volatile.Write(ref _closing, true);
        }
        await _stop.CancelAsync().ConfigureAwait(false);
        await _background.ConfigureAwait(false);
        return true;
    }
}
