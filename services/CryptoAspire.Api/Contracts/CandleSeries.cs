namespace CryptoAspire.Api.Contracts;

/// <summary>Candles of one symbol, venue and interval.</summary>
/// <param name="Symbol">Canonical, BASE-QUOTE.</param>
/// <param name="Venue">A source, or * for all venues together.</param>
/// <param name="Interval">1m, 5m, 15m, 1h, 4h or 1d.</param>
/// <param name="Candles">Oldest first; a bucket without trades is absent.</param>
public sealed record CandleSeries(string Symbol, string Venue, string Interval, IReadOnlyList<CandleItem> Candles);
