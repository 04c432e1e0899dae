namespace CryptoAspire.Storage.Queries;

/// <summary>One row of <c>gold_daily_metrics</c>; meanings and units are the columns' comments there.</summary>
public sealed record DailyMetrics(
    DateTimeOffset Day,
    string Symbol,
    decimal AvgPrice,
    decimal MinPrice,
    decimal MaxPrice,
    decimal TotalVolume,
    decimal AvgVolume,
    decimal PriceChange,
    decimal PriceChangePercent,
    decimal? PriceVolatility,
    long RecordCount,
    decimal? Vwap,
    decimal Notional,
    decimal BuyVolume,
    decimal Open,
    decimal Close,
    DateTimeOffset CreatedAt);
