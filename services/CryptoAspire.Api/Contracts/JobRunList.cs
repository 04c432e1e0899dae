namespace CryptoAspire.Api.Contracts;

/// <summary>Runs of a job.</summary>
/// <param name="Job">Its name.</param>
/// <param name="Runs">Newest first.</param>
public sealed record JobRunList(string Job, IReadOnlyList<JobRunItem> Runs);
