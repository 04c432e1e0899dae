using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Contracts;

/// <summary>One hour of one symbol, all venues together.</summary>
/// <param name="HourTimestamp">Start, UTC; the end is exclusive.</param>
/// <param name="AvgPrice">Mean of the trades' prices, each trade counted once.</param>
/// <param name="MinPrice">Lowest price.</param>
/// <param name="MaxPrice">Highest price.</param>
/// <param name="TotalVolume">Sum of sizes, base asset.</param>
/// <param name="AvgVolume">Mean size, base asset.</param>
/// <param name="PriceChange">Close minus open.</param>
/// <param name="PriceChangePercent">The change in percent of the open.</param>
/// <param name="Vwap">Volume-weighted average price; null without volume.</param>
/// <param name="Open">First price.</param>
/// <param name="Close">Last price.</param>
/// <param name="RecordCount">Number of trades.</param>
/// <param name="CreatedAt">When the row was last rolled.</param>
public sealed record HourlyItem(
    DateTimeOffset HourTimestamp, decimal AvgPrice, decimal MinPrice, decimal MaxPrice, decimal TotalVolume, decimal AvgVolume, decimal PriceChange, decimal PriceChangePercent,
    decimal? Vwap, decimal Open, decimal Close, long RecordCount, DateTimeOffset CreatedAt)
{
    internal static HourlyItem Of(HourlyMetrics m) => new(
        m.HourTimestamp, m.AvgPrice, m.MinPrice, m.MaxPrice, m.TotalVolume, m.AvgVolume, m.PriceChange, m.PriceChangePercent, m.Vwap, m.Open, m.Close, m.RecordCount, m.CreatedAt);
}
