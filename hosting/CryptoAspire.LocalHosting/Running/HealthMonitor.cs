using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CryptoAspire.LocalHosting.Running;

/// <summary>Asks a running resource's health checks again and again, and says when it is ready for those who wait for it.</summary>
internal sealed class HealthMonitor(IResource resource, string id, RunContext context)
{
    private static readonly TimeSpan s_whenHealthy = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_firstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_lastRetry = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    private readonly HashSet<string> _keys = [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(a => a.Key)];

    /// <summary>What is known before the first answer.</summary>
    public ImmutableArray<HealthReportSnapshot> Unknown => [.. _keys.Select(k => new HealthReportSnapshot(k, null, null, null))];

    /// <summary>Whether it has been healthy since the start of this process.</summary>
    public bool HasBeenHealthy { get; private set; }

    /// <summary>Runs until cancelled: the process has ended.</summary>
    public async Task RunAsync(Action<string> log, CancellationToken cancellationToken)
    {
        var delay = s_firstRetry;
        while (!cancellationToken.IsCancellationRequested)
        {
            var healthy = await CheckAsync(cancellationToken).ConfigureAwait(false);
            if (healthy && !HasBeenHealthy)
            {
                HasBeenHealthy = await MakeReadyAsync(log, cancellationToken).ConfigureAwait(false);
            }

            var settled = healthy && HasBeenHealthy;
            if (settled && _keys.Count == 0)
            {
                return;
            }

            delay = settled ? s_whenHealthy : delay < s_lastRetry ? delay : s_lastRetry;
            await Task.Delay(delay, context.Time, cancellationToken).ConfigureAwait(false);
            delay = settled ? s_firstRetry : delay * 1.5;
        }
    }

    private async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        if (_keys.Count == 0)
        {
            return true;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_timeout);
        HealthReport report;
        try
        {
            var checks = context.Services.GetRequiredService<HealthCheckService>();
            report = await checks.CheckHealthAsync(registration => _keys.Contains(registration.Name), patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            report = new HealthReport(
                _keys.ToDictionary(k => k, _ => new HealthReportEntry(HealthStatus.Unhealthy, $"no answer within {s_timeout.TotalSeconds:0} s", s_timeout, null, null)),
                s_timeout);
        }

        cancellationToken.ThrowIfCancellationRequested();
        await context.Notifications.PublishUpdateAsync(resource, id, s => s with
        {
            HealthReports = Merge(s.HealthReports, [.. report.Entries.Select(e => new HealthReportSnapshot(e.Key, e.Value.Status, e.Value.Description, e.Value.Exception?.Message))]),
        }).ConfigureAwait(false);
        return report.Status == HealthStatus.Healthy;
    }

    private async Task<bool> MakeReadyAsync(Action<string> log, CancellationToken cancellationToken)
    {
        try
        {
            await context.Eventing.PublishAsync(new ResourceReadyEvent(resource, context.Services), cancellationToken).ConfigureAwait(false);
            await context.Notifications.PublishUpdateAsync(resource, id, s => s with { IsReady = true }).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031 // a subscriber's failure is shown, and tried again with the next check
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            log($"What must happen when '{resource.Name}' is ready failed: {e.Message}");
            return false;
        }
    }

    // Equal reports keep the old array, so that a snapshot that says nothing new is not announced.
    private static ImmutableArray<HealthReportSnapshot> Merge(ImmutableArray<HealthReportSnapshot> before, ImmutableArray<HealthReportSnapshot> after) =>
        before.SequenceEqual(after) ? before : after;
}
