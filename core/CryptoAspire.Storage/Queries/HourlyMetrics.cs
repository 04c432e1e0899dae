namespace CryptoAspire.Storage.Queries;

/// <summary>One row of <c>gold_hourly_metrics</c>; meanings and units are the columns' comments there.</summary>
public sealed record HourlyMetrics(
    DateTimeOffset HourTimestamp,
    string Symbol,
    decimal AvgPrice,
    decimal MinPrice,
    decimal MaxPrice,
    decimal TotalVolume,
    decimal AvgVolume,
    decimal PriceChange,
    decimal PriceChangePercent,
    long RecordCount,
    decimal? Vwap,
    decimal Open,
    decimal Close,
    DateTimeOffset CreatedAt);
