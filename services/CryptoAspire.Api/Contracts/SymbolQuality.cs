using CryptoAspire.Storage.Quality;

namespace CryptoAspire.Api.Contracts;

/// <summary>How good one symbol's data is.</summary>
/// <param name="Symbol">Canonical symbol.</param>
/// <param name="Scores">Each venue, newest pass.</param>
/// <param name="Trend">The 24 hours before it, hour by hour, oldest first.</param>
/// <param name="Results">What the newest pass found, what failed first.</param>
public sealed record SymbolQuality(string Symbol, IReadOnlyList<QualityScore> Scores, IReadOnlyList<QualityPoint> Trend, IReadOnlyList<QualityFinding> Results);
