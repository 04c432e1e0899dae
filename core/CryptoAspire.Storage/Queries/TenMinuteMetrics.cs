namespace CryptoAspire.Storage.Queries;

/// <summary>One row of <c>gold_10min_metrics</c>; meanings and units are the columns' comments there.</summary>
public sealed record TenMinuteMetrics(
    DateTimeOffset WindowStart,
    string Symbol,
    decimal AvgPrice,
    decimal MinPrice,
    decimal MaxPrice,
    decimal TotalVolume,
    decimal AvgVolume,
    decimal? PriceVolatility,
    long RecordCount,
    decimal? Vwap,
    decimal Open,
    decimal Close,
    DateTimeOffset CreatedAt);
