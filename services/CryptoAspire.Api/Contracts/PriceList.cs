namespace CryptoAspire.Api.Contracts;

/// <summary>Newest prices.</summary>
/// <param name="Prices">One a symbol, sorted by symbol; empty before the first trade is stored.</param>
public sealed record PriceList(IReadOnlyList<PriceItem> Prices);
