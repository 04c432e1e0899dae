namespace CryptoAspire.Dashboard.Live;

/// <summary>Payload of <c>market</c>: the rows that changed, or all of them in a snapshot.</summary>
public sealed record MarketUpdate(IReadOnlyList<SymbolRow> Rows);
