using CryptoAspire.Market;

namespace CryptoAspire.Storage.Queries;

/// <summary>A trade of a candle, and the Bronze record that brought it.</summary>
public sealed record CandleTrade(
    string Source, long TradeId, DateTimeOffset EventTime, decimal Price, decimal Size, Side Side, int KafkaPartition, long KafkaOffset, DateTimeOffset ProcessedAt);
