namespace CryptoAspire.Storage.History;

/// <summary>A range of the past that a producer is to fetch from a venue: a row of <c>history_request</c>.</summary>
/// <param name="What"><see cref="Candles"/> or <see cref="Trades"/>.</param>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
/// <param name="State">open, running, done, failed or cancelled.</param>
/// <param name="NextTime">Everything before it is done.</param>
/// <param name="NextId">The newest trade id that is done; null before the first page.</param>
/// <param name="Items">Candles or trades that came.</param>
public sealed record HistoryRequest(
    long Id, string Source, string Symbol, string What, DateTimeOffset From, DateTimeOffset To, string Reason, string RequestedBy, DateTimeOffset RequestedAt, string State,
    DateTimeOffset NextTime, long? NextId, long Pages, long Items, string? Detail, DateTimeOffset? FinishedAt)
{
    public const string Candles = "candles";
    public const string Trades = "trades";

    /// <summary>The reason of a request that somebody made.</summary>
    public const string Asked = "asked for";

    /// <summary>The reason of a request that a producer made when it had been away.</summary>
    public const string Downtime = "downtime";
}
