namespace CryptoAspire.Storage.Jobs;

/// <summary>A job as its code and configuration describe it.</summary>
/// <param name="Name">Lower case with hyphens; what people and <c>job_run</c> call it.</param>
/// <param name="Description">One line: what it does.</param>
public sealed record JobDefinition(string Name, string Description)
{
    /// <summary>When it runs: <c>every 10s</c>, <c>every 1h at 5m</c> or cron, UTC; null when on request or after other jobs only.</summary>
    public string? Schedule { get; init; }

    /// <summary>After missed firings: one run at once for all of them (true), or none before the next firing.</summary>
    public bool CatchUp { get; init; } = true;

    /// <summary>A run that takes longer is stopped.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a run that did not succeed is tried again.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>Jobs whose runs, when they wrote something, cause a run of this one.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>Shortest time between two starts that other jobs cause.</summary>
    public TimeSpan Cooldown { get; init; }

    /// <summary>Names of the parameters that a run takes; <c>from</c>, <c>to</c> and <c>symbols</c> make it one that can be backfilled.</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [];
}
