namespace CryptoAspire.Api.Contracts;

/// <summary>What is to be followed.</summary>
/// <param name="Symbol">A coin (BTC, bitcoin) or a pair in any spelling (ETH-BTC, XBT/EUR, BTCUSDT).</param>
/// <param name="Venue">A venue's name; * or nothing for all.</param>
public sealed record TrackRequest(string? Symbol, string? Venue);
