namespace CryptoAspire.Api.Contracts;

/// <summary>Something that the producers follow.</summary>
/// <param name="Symbol">A coin (BTC: in each venue's main dollar currency) or a pair (ETH-BTC: where it is listed).</param>
/// <param name="Venue">A venue's name, or * for all.</param>
/// <param name="AddedAt">Since when.</param>
public sealed record TrackedSymbolItem(string Symbol, string Venue, DateTimeOffset AddedAt);
