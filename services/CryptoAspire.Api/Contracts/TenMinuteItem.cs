using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Contracts;

/// <summary>Ten minutes of one symbol, all venues together.</summary>
/// <param name="WindowStart">Start, UTC; the end is exclusive.</param>
/// <param name="AvgPrice">Mean of the trades' prices, each trade counted once.</param>
/// <param name="MinPrice">Lowest price.</param>
/// <param name="MaxPrice">Highest price.</param>
/// <param name="TotalVolume">Sum of sizes, base asset.</param>
/// <param name="AvgVolume">Mean size, base asset.</param>
/// <param name="PriceVolatility">Sample standard deviation of the trades' prices; null for a single trade.</param>
/// <param name="Vwap">Volume-weighted average price; null without volume.</param>
/// <param name="Open">First price.</param>
/// <param name="Close">Last price.</param>
/// <param name="RecordCount">Number of trades.</param>
/// <param name="CreatedAt">When the row was last rolled.</param>
public sealed record TenMinuteItem(
    DateTimeOffset WindowStart, decimal AvgPrice, decimal MinPrice, decimal MaxPrice, decimal TotalVolume, decimal AvgVolume, decimal? PriceVolatility, decimal? Vwap,
    decimal Open, decimal Close, long RecordCount, DateTimeOffset CreatedAt)
{
    internal static TenMinuteItem Of(TenMinuteMetrics m) => new(
        m.WindowStart, m.AvgPrice, m.MinPrice, m.MaxPrice, m.TotalVolume, m.AvgVolume, m.PriceVolatility, m.Vwap, m.Open, m.Close, m.RecordCount, m.CreatedAt);
}
