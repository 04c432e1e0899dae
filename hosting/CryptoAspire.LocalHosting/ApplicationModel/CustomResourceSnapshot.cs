using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What is known of one instance of a resource at one moment.</summary>
public sealed record CustomResourceSnapshot
{
    /// <summary>Project, Executable, Container, Parameter, or the resource's own kind.</summary>
    public required string ResourceType { get; init; }

    /// <summary>The state.</summary>
    public ResourceStateSnapshot? State { get; init; }

    /// <summary>The exit code once a process has ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>When the process started.</summary>
    public DateTime? StartTimeStamp { get; init; }

    /// <summary>When the process ended.</summary>
    public DateTime? StopTimeStamp { get; init; }

    /// <summary>The addresses.</summary>
    public ImmutableArray<UrlSnapshot> Urls { get; init; } = [];

    /// <summary>The last result of each health check.</summary>
    public ImmutableArray<HealthReportSnapshot> HealthReports { get; init; } = [];

    /// <summary>Healthy when running and every check is; null while it does not run.</summary>
    public HealthStatus? HealthStatus =>
        State?.Text != KnownResourceStates.Running ? null
        : HealthReports.Length == 0 ? Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy
        : HealthReports.Min(r => r.Status ?? Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy);

    /// <summary>Of a running process its id, as <c>executable.pid</c>.</summary>
    public ImmutableArray<ResourcePropertySnapshot> Properties => ProcessId is { } id ? [new("executable.pid", id)] : [];

    /// <summary>Whether what must happen once it is healthy (creating its databases) has happened.</summary>
    internal bool IsReady { get; init; }

    /// <summary>Why it is in its state, with the remedy, for people; null when there is nothing to say.</summary>
    internal string? Reason { get; init; }

    /// <summary>How often it has been started again after a crash.</summary>
    internal int Restarts { get; init; }

    /// <summary>The process id while it runs.</summary>
    internal int? ProcessId { get; init; }
}
