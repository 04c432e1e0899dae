namespace CryptoAspire.Api.Contracts;

/// <summary>What the producers follow.</summary>
/// <param name="Symbols">Sorted by symbol and venue.</param>
public sealed record TrackedSymbolList(IReadOnlyList<TrackedSymbolItem> Symbols);
