namespace CryptoAspire.Storage.Quality;

/// <summary>The score that an expectation counts for.</summary>
public enum QualityDimension
{
    /// <summary>Whether all is there that should be.</summary>
    Completeness,

    /// <summary>Whether what is there is right.</summary>
    Consistency,

    /// <summary>Whether the newest is new.</summary>
    Freshness,
}
