using CryptoAspire.Storage.Quality;

namespace CryptoAspire.Api.Contracts;

/// <summary>Results, newest first.</summary>
/// <param name="Results">The page.</param>
/// <param name="Next">Give it as before for the next page; null when this is the last.</param>
public sealed record QualityResultList(IReadOnlyList<QualityFinding> Results, long? Next);
