namespace CryptoAspire.Storage.Jobs;

/// <summary>How a job is to be scheduled now.</summary>
/// <param name="Name">The job.</param>
/// <param name="Schedule">Set at run time, or else configured; null for none.</param>
/// <param name="Paused">Whether its schedule stands still.</param>
/// <param name="CatchUp">One run at once after missed firings.</param>
public sealed record JobPlan(string Name, string? Schedule, bool Paused, bool CatchUp);
