namespace CryptoAspire.Storage.Feeds;

/// <summary>A row of <c>feed_gap</c>.</summary>
/// <param name="FirstId">With <paramref name="LastId"/> the missing ids, inclusive; both 0 where only the times bound the gap.</param>
/// <param name="State">open, filled or lost.</param>
public sealed record FeedGapRow(
    string Source, string Instrument, DateTimeOffset OpenedAt, long FirstId, long LastId, DateTimeOffset? FromTime, DateTimeOffset? ToTime, string State, string Reason);
