namespace CryptoAspire.Storage.Jobs;

/// <summary>A run that is asked for.</summary>
/// <param name="Job">The job's name.</param>
/// <param name="Cause">Why.</param>
/// <param name="RequestedBy">Who asks.</param>
public sealed record RunRequest(string Job, RunCause Cause, string RequestedBy)
{
    /// <summary>The firing that it answers.</summary>
    public DateTimeOffset? ScheduledFor { get; init; }

    /// <summary>What it is to do, name to text; kept with the run.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = RunParameters.None;
}
