namespace CryptoAspire.Storage.Quality;

/// <summary>What an expectation looks at.</summary>
public enum ExpectationKind
{
    /// <summary>Columns that are there in every row; without columns: buckets that are there without a hole.</summary>
    Completeness,

    /// <summary>Rows that are there once.</summary>
    Uniqueness,

    /// <summary>A column within a range, among given values, of a form, or known to another table.</summary>
    Validity,

    /// <summary>What must hold between columns; or Gold that equals the fold of Silver.</summary>
    Consistency,

    /// <summary>How old the newest row is.</summary>
    Freshness,

    /// <summary>Trade ids without holes.</summary>
    Continuity,

    /// <summary>Prices that the venues agree on.</summary>
    Agreement,

    /// <summary>Values far from the usual, by the robust z-score.</summary>
    Anomaly,

    /// <summary>A query of the user's own.</summary>
    Sql,
}
