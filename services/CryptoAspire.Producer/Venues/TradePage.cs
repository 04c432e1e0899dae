namespace CryptoAspire.Producer.Venues;

/// <summary>One page of a venue's past trades.</summary>
/// <param name="Trades">Oldest first.</param>
/// <param name="Next">Where the next page follows; null when there is none.</param>
public sealed record TradePage(IReadOnlyList<VenueTrade> Trades, TradeCursor? Next);
