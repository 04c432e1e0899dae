namespace CryptoAspire.Api.Contracts;

/// <summary>Technical signals of one symbol and interval, all venues together.</summary>
/// <param name="Symbol">Canonical, BASE-QUOTE.</param>
/// <param name="Interval">1m, 5m, 15m, 1h, 4h or 1d.</param>
/// <param name="Signals">Oldest first.</param>
public sealed record SignalSeries(string Symbol, string Interval, IReadOnlyList<SignalItem> Signals);
