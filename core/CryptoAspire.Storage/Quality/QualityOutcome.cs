namespace CryptoAspire.Storage.Quality;

/// <summary>What a pass found of one expectation, symbol and venue.</summary>
/// <param name="Expectation">What was expected.</param>
/// <param name="Symbol">Canonical symbol; * when the expectation could not be looked at.</param>
/// <param name="Venue">A source, or * for all together.</param>
/// <param name="Checked">Rows, minutes or ids that were looked at.</param>
/// <param name="Failed">Of these, those that are not as expected.</param>
/// <param name="Score">0 to 100.</param>
/// <param name="Samples">A JSON array of up to five failing rows' keys.</param>
/// <param name="Error">Why it could not be looked at; null when it could.</param>
public sealed record QualityOutcome(Expectation Expectation, string Symbol, string Venue, long Checked, long Failed, decimal Score, string Samples = "[]", string? Error = null)
{
    /// <summary>Whether no more failed than is tolerated.</summary>
    public bool Passed => Error is null && 100m * Failed <= Expectation.Rule.Tolerance * Checked;
}
