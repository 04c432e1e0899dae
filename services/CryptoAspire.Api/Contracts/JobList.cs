namespace CryptoAspire.Api.Contracts;

/// <summary>The scheduled jobs.</summary>
/// <param name="Jobs">Sorted by name.</param>
public sealed record JobList(IReadOnlyList<JobItem> Jobs);
