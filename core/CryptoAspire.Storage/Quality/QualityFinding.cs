using System.Text.Json;

namespace CryptoAspire.Storage.Quality;

/// <summary>One row of <c>quality_result</c>, with what its expectation says of itself.</summary>
/// <param name="Id">Rises with each result.</param>
/// <param name="Run">The run of the job quality.</param>
/// <param name="Expectation">Its name.</param>
/// <param name="Kind">Its kind; null when it is no more.</param>
/// <param name="Description">What it expects; null when it is no more.</param>
/// <param name="Owner">Who is to look; null when it is no more.</param>
/// <param name="Dimension">The score that it counts for.</param>
/// <param name="Severity">info, warning or error.</param>
/// <param name="Symbol">Canonical symbol; * when it could not be looked at.</param>
/// <param name="Venue">A source, or * for all together.</param>
/// <param name="Checked">Rows, minutes or ids that were looked at.</param>
/// <param name="Failed">Of these, those that are not as expected.</param>
/// <param name="Score">0 to 100.</param>
/// <param name="Passed">Whether no more failed than is tolerated.</param>
/// <param name="Samples">Up to five failing rows, by their keys.</param>
/// <param name="Error">Why it could not be looked at; null when it could.</param>
/// <param name="At">When the pass was.</param>
public sealed record QualityFinding(
    long Id, long Run, string Expectation, string? Kind, string? Description, string? Owner, string Dimension, string Severity, string Symbol, string Venue, long Checked, long Failed,
    decimal Score, bool Passed, JsonElement Samples, string? Error, DateTimeOffset At);
