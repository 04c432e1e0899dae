using System.Text.Json;
using System.Text.Json.Serialization;

namespace CryptoAspire.Storage.Quality;

/// <summary>One row of <c>expectation</c>: what is expected of the data.</summary>
public sealed record Expectation
{
    internal static readonly JsonSerializerOptions RuleJson = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Lower case with hyphens.</summary>
    public required string Name { get; init; }

    public required ExpectationKind Kind { get; init; }

    public required QualityDimension Dimension { get; init; }

    public ExpectationSeverity Severity { get; init; } = ExpectationSeverity.Warning;

    /// <summary>Who is to look when it fails.</summary>
    public string Owner { get; init; } = "";

    public string Description { get; init; } = "";

    public bool Enabled { get; init; } = true;

    /// <summary>How far back each pass looks.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);

    public ExpectationRule Rule { get; init; } = new();

    /// <summary>The score that a kind counts for when nothing else is said.</summary>
    public static QualityDimension DimensionOf(ExpectationKind kind) => kind switch
    {
        ExpectationKind.Completeness or ExpectationKind.Continuity => QualityDimension.Completeness,
        ExpectationKind.Freshness => QualityDimension.Freshness,
        _ => QualityDimension.Consistency,
    };
}
