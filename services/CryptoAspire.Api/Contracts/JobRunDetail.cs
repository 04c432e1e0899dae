namespace CryptoAspire.Api.Contracts;

/// <summary>A run of a job, and what it had to say.</summary>
/// <param name="Run">The run.</param>
/// <param name="Log">Its log, oldest first.</param>
public sealed record JobRunDetail(JobRunItem Run, IReadOnlyList<JobLogItem> Log);
