namespace CryptoAspire.Storage.Quality;

/// <summary>Which results; null takes all.</summary>
public sealed record QualityFilter
{
    public string? Symbol { get; init; }

    public string? Venue { get; init; }

    public string? Expectation { get; init; }

    public bool? Passed { get; init; }

    /// <summary>Only those with a lower id.</summary>
    public long Before { get; init; } = long.MaxValue;

    public int Limit { get; init; } = 100;
}
