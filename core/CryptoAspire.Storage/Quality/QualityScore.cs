namespace CryptoAspire.Storage.Quality;

/// <summary>Scores of one symbol and venue, 0 to 100; null where no expectation looks.</summary>
/// <param name="Symbol">Canonical symbol.</param>
/// <param name="Venue">A source, or * for all together.</param>
/// <param name="Completeness">Whether all is there that should be.</param>
/// <param name="Consistency">Whether what is there is right.</param>
/// <param name="Freshness">Whether the newest is new.</param>
/// <param name="Total">Mean of the three.</param>
/// <param name="Trend">Total minus the oldest of the 24 hours before; null for the first.</param>
/// <param name="TrendSince">When that one was.</param>
/// <param name="At">When the pass was.</param>
public sealed record QualityScore(
    string Symbol, string Venue, decimal? Completeness, decimal? Consistency, decimal? Freshness, decimal Total, decimal? Trend, DateTimeOffset? TrendSince, DateTimeOffset At);
