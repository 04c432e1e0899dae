namespace CryptoAspire.Storage.History;

/// <summary>The newest trade that Silver has of a symbol before some moment.</summary>
public sealed record LastTrade(string Symbol, long TradeId, DateTimeOffset EventTime);
