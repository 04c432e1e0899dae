using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using CryptoAspire.LocalHosting.Output;
using CryptoAspire.LocalHosting.Processes;

namespace CryptoAspire.LocalHosting.Running;

/// <summary>
/// Runs one process of a resource: waits for its dependencies, starts it, watches its health, starts it again when it
/// crashes, and stops it.
/// </summary>
internal sealed class ProcessRunner(IResource resource, Replica replica, string? note, RunContext context) : IResourceRunner, IDisposable
{
    public const string Restarting = "Restarting";

    private readonly ResourceLog _log = new(context.Data.Logs, replica.Id, context.Terminal);
    private readonly CancellationTokenSource _shutdown = new();
    private readonly SemaphoreSlim _startRequests = new(0);
    private readonly Lock _lock = new();
    private CancellationTokenSource? _run;
    private ChildProcess? _process;
    private TimeSpan _patience = TimeSpan.FromSeconds(4);
    private Task _loop = Task.CompletedTask;
    private Task _stopped = Task.CompletedTask;
    private int _restarts;

    public IResource Resource => resource;

    public string Id => replica.Id;

    public void Begin() => _loop = Task.Run(LoopAsync);

    public async Task StopAsync(TimeSpan patience)
    {
        _patience = patience;
        await _shutdown.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
    }

    public void Kill() => _process?.Kill();

    public async Task<ExecuteCommandResult> ExecuteAsync(string command, CancellationToken cancellationToken)
    {
        if (command == KnownResourceCommands.StopCommand || command == KnownResourceCommands.RestartCommand)
        {
            CancellationTokenSource? run;
            Task stopped;
            lock (_lock)
            {
                (run, stopped) = (_run, _stopped);
            }

            if (run is not null)
            {
                await run.CancelAsync().ConfigureAwait(false);
                await stopped.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        if (command == KnownResourceCommands.StartCommand || command == KnownResourceCommands.RestartCommand)
        {
            lock (_lock)
            {
                if (_run is null && _startRequests.CurrentCount == 0)
                {
                    _startRequests.Release();
                }
            }
        }

        return new ExecuteCommandResult { Success = true };
    }

    public void Dispose()
    {
        _log.Dispose();
        _shutdown.Dispose();
        _startRequests.Dispose();
    }

    private async Task LoopAsync()
    {
        try
        {
            if (resource.Annotations.OfType<ExplicitStartupAnnotation>().Any())
            {
                await PublishAsync(s => s with { State = KnownResourceStates.NotStarted, Reason = $"starts when asked for: type 'start {resource.Name}'" }).ConfigureAwait(false);
                await _startRequests.WaitAsync(_shutdown.Token).ConfigureAwait(false);
            }

            while (true)
            {
                using var run = CancellationTokenSource.CreateLinkedTokenSource(_shutdown.Token);
                var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                lock (_lock)
                {
                    (_run, _stopped) = (run, done.Task);
                }

                await RunAsync(run.Token).ConfigureAwait(false);
                lock (_lock)
                {
                    _run = null;
                }

                done.SetResult();
                await _startRequests.WaitAsync(_shutdown.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The application stops.
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var policy = new RestartPolicy();
        try
        {
            // 1. Wait for what it depends on, before its first start only: a restart finds its dependencies or tries again.
            var waits = new ResourceWaits(resource, context.Notifications, _log.Note);
            if (waits.Any)
            {
                await PublishAsync(s => s with { State = KnownResourceStates.Waiting, Reason = $"for {string.Join(", ", waits.Names)}" }).ConfigureAwait(false);
                await waits.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            // 2. Run it until it ends well, is stopped, or is given up.
            while (await RunProcessAsync(policy, cancellationToken).ConfigureAwait(false) is { } delay)
            {
                await Task.Delay(delay, context.Time, cancellationToken).ConfigureAwait(false);
                _restarts++;
            }
        }
        catch (OperationCanceledException)
        {
            await PublishAsync(s => s with { State = s.StartTimeStamp is null ? KnownResourceStates.NotStarted : KnownResourceStates.Finished, Reason = null, ProcessId = null, IsReady = false }).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // one resource that cannot start never takes the rest down
        catch (Exception e)
#pragma warning restore CA1031
        {
            await FailAsync(e.Message, exitCode: null).ConfigureAwait(false);
        }
    }

    /// <summary>One life of the process. Answers when to start it again; null for never.</summary>
    private async Task<TimeSpan?> RunProcessAsync(RestartPolicy policy, CancellationToken cancellationToken)
    {
        var monitor = new HealthMonitor(resource, Id, context);
        await PublishAsync(s => s with { State = KnownResourceStates.Starting, Reason = note, Restarts = _restarts, IsReady = false, HealthReports = monitor.Unknown }).ConfigureAwait(false);

        _log.Forget();
        var spec = await ResourceProcess.PrepareAsync(resource, replica, context, _log.Note, cancellationToken).ConfigureAwait(false);
        var start = context.Time.GetTimestamp();
        var process = _process = await ProcessLauncher.StartAsync(spec, _log.Line).ConfigureAwait(false);
        if (process.Identity is { } identity)
        {
            context.Ledger.Add(Id, identity, spec.StopSignal);
        }

        await PublishAsync(s => s with { State = new(KnownResourceStates.Running, KnownResourceStateStyles.Success), ProcessId = process.Id, ExitCode = null, StartTimeStamp = context.Time.GetUtcNow().UtcDateTime, StopTimeStamp = null, Urls = ResourceUrls.Of(resource, replica) }).ConfigureAwait(false);

        using var alive = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var health = MonitorAsync(monitor, alive.Token);
        try
        {
            var exitCode = await process.Exited.WaitAsync(cancellationToken).ConfigureAwait(false);
            await alive.CancelAsync().ConfigureAwait(false);
            await health.ConfigureAwait(false);
            return await EndedAsync(policy, exitCode, monitor.HasBeenHealthy, context.Time.GetElapsedTime(start)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await PublishAsync(s => s with { State = KnownResourceStates.Stopping }).ConfigureAwait(false);
            await health.ConfigureAwait(false);
            await process.StopAsync(_patience, context.Time).ConfigureAwait(false);
            await PublishAsync(s => s with { ExitCode = process.Exited.Result, StopTimeStamp = context.Time.GetUtcNow().UtcDateTime }).ConfigureAwait(false);
            throw;
        }
        finally
        {
            context.Ledger.Remove(Id);
            _process = null;
        }
    }

    private async Task<TimeSpan?> EndedAsync(RestartPolicy policy, int exitCode, bool wasHealthy, TimeSpan uptime)
    {
        var how = exitCode > 128 ? $"killed by signal {exitCode - 128}" : $"exited with code {exitCode}";
        _log.Note($"{Id} {how} after {uptime.TotalSeconds:0.0} s.");
        if (exitCode == 0 || IsAwaitedForCompletion())
        {
            await PublishAsync(s => s with { State = s.StartTimeStamp is null ? KnownResourceStates.NotStarted : KnownResourceStates.Finished, Reason = null, ExitCode = exitCode, ProcessId = null, IsReady = false, StopTimeStamp = context.Time.GetUtcNow().UtcDateTime }).ConfigureAwait(false);
            return null;
        }

        if (policy.AfterCrash(wasHealthy, uptime) is not { } delay)
        {
            await FailAsync($"{how}{(_log.LikelyReason() is { } line ? $": {line}" : "")} (log: {_log.FilePath})", exitCode).ConfigureAwait(false);
            return null;
        }

        await PublishAsync(s => s with { State = new(Restarting, KnownResourceStateStyles.Warn), Reason = $"{how}, starts again in {delay.TotalSeconds:0.##} s", ExitCode = exitCode, ProcessId = null, IsReady = false }).ConfigureAwait(false);
        return delay;
    }

    private async Task FailAsync(string reason, int? exitCode)
    {
        _log.Note($"{Id} failed to start: {reason}");
        context.Outcome.Fail();
        await PublishAsync(s => s with { State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error), Reason = reason, ExitCode = exitCode, ProcessId = null, IsReady = false }).ConfigureAwait(false);
    }

    private async Task MonitorAsync(HealthMonitor monitor, CancellationToken cancellationToken)
    {
        try
        {
            await monitor.RunAsync(_log.Note, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The process has ended.
        }
    }

    private bool IsAwaitedForCompletion() => context.Model.Resources
        .Any(r => r.Annotations.OfType<WaitAnnotation>().Any(w => w.WaitType == WaitType.WaitForCompletion && ReferenceEquals(w.Resource, resource)));

    private Task PublishAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        context.Notifications.PublishUpdateAsync(resource, Id, s => change(s) with { ResourceType = ResourceUrls.TypeOf(resource) });
}
