namespace CryptoAspire.Api.Contracts;

/// <summary>Hourly Gold metrics of one symbol.</summary>
/// <param name="Symbol">Canonical, BASE-QUOTE.</param>
/// <param name="Metrics">Oldest first; an hour without trades is absent.</param>
public sealed record HourlySeries(string Symbol, IReadOnlyList<HourlyItem> Metrics);
