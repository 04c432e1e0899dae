namespace CryptoAspire.Storage.Quality;

/// <summary>A venue's scores at one time; the mean of an hour's passes.</summary>
public sealed record QualityPoint(string Venue, DateTimeOffset Hour, decimal? Completeness, decimal? Consistency, decimal? Freshness, decimal Total);
