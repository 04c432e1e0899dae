namespace CryptoAspire.Api.Contracts;

/// <summary>Daily Gold metrics of one symbol.</summary>
/// <param name="Symbol">Canonical, BASE-QUOTE.</param>
/// <param name="Metrics">Oldest first; a day without trades is absent.</param>
public sealed record DailySeries(string Symbol, IReadOnlyList<DailyItem> Metrics);
