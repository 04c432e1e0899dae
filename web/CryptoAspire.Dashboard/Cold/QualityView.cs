using CryptoAspire.Storage.Quality;
using CryptoAspire.Storage.Reconciliation;

namespace CryptoAspire.Dashboard.Cold;

/// <summary>How good the data is.</summary>
/// <param name="Scores">By symbol and venue.</param>
/// <param name="Failing">What failed in the newest pass, the worst first.</param>
/// <param name="Venues">How our candles compare with each venue's own.</param>
/// <param name="Minutes">The newest minutes that differ.</param>
public sealed record QualityView(IReadOnlyList<QualityScore> Scores, IReadOnlyList<QualityFinding> Failing, IReadOnlyList<VenueScore> Venues, IReadOnlyList<ComparedMinute> Minutes)
{
    /// <summary>The lowest total; null before the first pass.</summary>
    public QualityScore? Worst => Scores.MinBy(static score => score.Total);

    /// <summary>Mean of the totals; null before the first pass.</summary>
    public decimal? Mean => Scores.Count == 0 ? null : Scores.Average(static score => score.Total);

    /// <summary>When the newest pass was; null before the first.</summary>
    public DateTimeOffset? At => Scores.Count == 0 ? null : Scores.Max(static score => score.At);
}
