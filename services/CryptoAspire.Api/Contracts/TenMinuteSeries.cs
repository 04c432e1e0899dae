namespace CryptoAspire.Api.Contracts;

/// <summary>Ten-minute Gold metrics of one symbol.</summary>
/// <param name="Symbol">Canonical, BASE-QUOTE.</param>
/// <param name="Metrics">Oldest first; a window without trades is absent.</param>
public sealed record TenMinuteSeries(string Symbol, IReadOnlyList<TenMinuteItem> Metrics);
