namespace CryptoAspire.Storage.Queries;

/// <summary>One row of <c>gap</c>: a hole in a venue's trade ids, both ends included.</summary>
public sealed record TradeIdGap(string Source, string Symbol, long FirstTradeId, long LastTradeId, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt)
{
    public long Ids => LastTradeId - FirstTradeId + 1;
}
