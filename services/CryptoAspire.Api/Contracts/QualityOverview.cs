using CryptoAspire.Storage.Quality;

namespace CryptoAspire.Api.Contracts;

/// <summary>How good the data is.</summary>
/// <param name="Scores">Each symbol and venue, newest pass.</param>
/// <param name="Failing">What failed in the newest pass, the worst first.</param>
public sealed record QualityOverview(IReadOnlyList<QualityScore> Scores, IReadOnlyList<QualityFinding> Failing);
