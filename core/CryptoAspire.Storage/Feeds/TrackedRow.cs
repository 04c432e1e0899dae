namespace CryptoAspire.Storage.Feeds;

/// <summary>One wish of the users.</summary>
/// <param name="Symbol">A coin or a pair.</param>
/// <param name="Venue">A venue's name, or * for all.</param>
public sealed record TrackedRow(string Symbol, string Venue, DateTimeOffset AddedAt);
