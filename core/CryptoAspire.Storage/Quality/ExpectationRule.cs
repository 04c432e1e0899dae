namespace CryptoAspire.Storage.Quality;

/// <summary>What an expectation's kind needs to know; which members a kind takes is in docs/quality.md.</summary>
public sealed record ExpectationRule
{
    /// <summary>The rows that are looked at: <see cref="QualityDataset.Names"/>.</summary>
    public string? On { get; init; }

    /// <summary>Candle length, with <see cref="On"/> candle.</summary>
    public string Interval { get; init; } = "1m";

    /// <summary>SQL condition; other rows are left out.</summary>
    public string? Where { get; init; }

    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Smallest value, inclusive.</summary>
    public decimal? Min { get; init; }

    /// <summary>Largest value, inclusive.</summary>
    public decimal? Max { get; init; }

    /// <summary>The values that there may be.</summary>
    public IReadOnlyList<string> In { get; init; } = [];

    /// <summary>POSIX regular expression.</summary>
    public string? Regex { get; init; }

    /// <summary>Where the value must be known, as table.column.</summary>
    public string? References { get; init; }

    /// <summary>SQL condition that no row may make false.</summary>
    public string? Holds { get; init; }

    /// <summary>Whether Gold is compared with a recomputation from Silver.</summary>
    public bool Fold { get; init; }

    /// <summary>Oldest that the newest may be.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>Largest distance from the venues' median, basis points.</summary>
    public decimal? MaxBps { get; init; }

    /// <summary>SQL expression whose outliers are looked for.</summary>
    public string? Of { get; init; }

    /// <summary>Largest robust z-score.</summary>
    public decimal? Threshold { get; init; }

    /// <summary>One SELECT with the columns symbol, venue and ok; $1 and $2 are the window's ends.</summary>
    public string? Query { get; init; }

    /// <summary>Percent of what is looked at that may fail.</summary>
    public decimal Tolerance { get; init; }
}
