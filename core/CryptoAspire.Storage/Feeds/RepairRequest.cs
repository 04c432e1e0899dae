namespace CryptoAspire.Storage.Feeds;

/// <summary>A range of one source's trades that is to come through Bronze again.</summary>
/// <param name="From">Event time, inclusive.</param>
/// <param name="To">Event time, exclusive.</param>
/// <param name="Before">The newest trade id that Silver has of the day before the range, to ask venues by id; null when it has none.</param>
/// <param name="First">The smallest trade id that Silver has of the day from the range's start on; null when it has none.</param>
public sealed record RepairRequest(long Id, string Source, string Symbol, DateTimeOffset From, DateTimeOffset To, long? Before, long? First);
