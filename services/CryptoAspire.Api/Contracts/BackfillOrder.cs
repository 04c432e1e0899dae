namespace CryptoAspire.Api.Contracts;

/// <summary>A range of the past to be done again.</summary>
/// <param name="From">Start, ISO 8601.</param>
/// <param name="To">End, exclusive, ISO 8601.</param>
/// <param name="Symbols">Which; all when left out or empty.</param>
/// <param name="DryRun">True: only say what would be done.</param>
public sealed record BackfillOrder(string? From, string? To, IReadOnlyList<string>? Symbols, bool DryRun);
