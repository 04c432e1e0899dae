using System.Runtime.InteropServices;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using CryptoAspire.LocalHosting.Output;
using CryptoAspire.LocalHosting.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CryptoAspire.LocalHosting.Running;

/// <summary>Starts the application's resources as processes of this machine, and stops them in the reverse order.</summary>
internal sealed partial class LocalOrchestrator(
    RunContext context,
    ResourceCommandService commands,
    ILogger<DistributedApplication> logger) : IHostedService, IAsyncDisposable
{
    // Ctrl+C ends everything within 10 s: services have until the first mark, the servers that keep data until the second.
    private static readonly TimeSpan s_servicesUntil = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_serversUntil = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(0.5);

    private readonly List<IResourceRunner> _runners = [];
    private PosixSignalRegistration? _impatience;
    private Task? _stopped;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // 1. This run owns the data directory; what an earlier one left behind ends first, for it may hold the ports.
        context.Data.Acquire();
        foreach (var ended in await context.Ledger.CleanUpAsync(cancellationToken).ConfigureAwait(false))
        {
            LogCleanedUp(logger, ended);
        }

        // 2. Every endpoint gets its port.
        var resources = context.Model.Resources.ToList();
        var ports = new PortAllocator(context.Configuration);
        ports.Allocate(resources);

        // 3. Everybody sees the whole description before the first process starts.
        await context.Eventing.PublishAsync(new BeforeStartEvent(context.Services, context.Model), cancellationToken).ConfigureAwait(false);
        foreach (var resource in resources)
        {
            await AddAsync(resource, ports.Notes.GetValueOrDefault(resource.Name)).ConfigureAwait(false);
        }

        // 4. Each finds its own time.
        commands.Executor = ExecuteAsync;
        foreach (var runner in _runners)
        {
            runner.Begin();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => _stopped ??= StopAllAsync();

    /// <summary>Ends what has not been stopped: a test may dispose an application without stopping it.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _impatience?.Dispose();
        foreach (var runner in _runners.OfType<IDisposable>())
        {
            runner.Dispose();
        }
    }

    private async Task StopAllAsync()
    {
        _impatience = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            // A second Ctrl+C: enough.
            signal.Cancel = true;
            _runners.ForEach(r => r.Kill());
        });

        var start = context.Time.GetTimestamp();
        var levels = ResourceOrder.Levels(context.Model.Resources);
        foreach (var level in _runners.GroupBy(r => levels[r.Resource]).OrderByDescending(g => g.Key))
        {
            var until = level.Key == 0 ? s_serversUntil : s_servicesUntil;
            var left = until - context.Time.GetElapsedTime(start);
            var patience = left > s_shortest ? left : s_shortest;
            await Task.WhenAll(level.Select(r => r.StopAsync(patience))).ConfigureAwait(false);
        }

        context.Data.Dispose();
    }

    private async Task AddAsync(IResource resource, string? note)
    {
        if (resource is ParameterResource parameter)
        {
            await AddParameterAsync(parameter).ConfigureAwait(false);
            return;
        }

        if (resource is IResourceWithParent { Parent: var parent } and not IResourceWithEndpoints)
        {
            Add(new ChildResourceRunner(resource, parent, context));
            return;
        }

        var replicas = resource.GetReplicaCount();
        for (var i = 0; i < replicas; i++)
        {
            Add(new ProcessRunner(resource, new Replica(i, replicas == 1 ? resource.Name : $"{resource.Name}-{i + 1}"), note, context));
        }

        void Add(IResourceRunner runner)
        {
            context.Terminal.Register(runner.Id);
            _runners.Add(runner);
        }
    }

    private async Task AddParameterAsync(ParameterResource parameter)
    {
        var (state, reason) = (KnownResourceStates.Running, (string?)null);
        try
        {
            await parameter.GetValueAsync().ConfigureAwait(false);
        }
        catch (MissingParameterValueException e)
        {
            (state, reason) = (KnownResourceStates.ValueMissing, e.Message);
            context.Outcome.Fail();
        }

        await context.Notifications.PublishUpdateAsync(parameter, s => s with { ResourceType = ResourceUrls.TypeOf(parameter), State = state, Reason = reason, IsReady = reason is null }).ConfigureAwait(false);
    }

    private async Task<ExecuteCommandResult> ExecuteAsync(string resourceId, string command, CancellationToken cancellationToken)
    {
        string[] known = [KnownResourceCommands.StartCommand, KnownResourceCommands.StopCommand, KnownResourceCommands.RestartCommand];
        if (!known.Contains(command))
        {
            return new ExecuteCommandResult { Success = false, Message = $"The command '{command}' is not known; there are {string.Join(", ", known)}." };
        }

        var runners = _runners.Where(r => IsCalled(r.Id) || IsCalled(r.Resource.Name)).ToList();
        if (runners.Count == 0)
        {
            return new ExecuteCommandResult { Success = false, Message = $"There is no resource '{resourceId}'; there are {string.Join(", ", _runners.Select(r => r.Id))}." };
        }

        var results = await Task.WhenAll(runners.Select(r => r.ExecuteAsync(command, cancellationToken))).ConfigureAwait(false);
        return results.FirstOrDefault(r => !r.Success) ?? results[0];

        bool IsCalled(string name) => string.Equals(name, resourceId, StringComparison.OrdinalIgnoreCase);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Ended what an earlier run had left behind: {Process}.")]
    private static partial void LogCleanedUp(ILogger logger, string process);
}
