using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Contracts;

/// <summary>One UTC day of one symbol, all venues together.</summary>
/// <param name="Day">Start, UTC; the end is exclusive.</param>
/// <param name="AvgPrice">Mean of the trades' prices, each trade counted once.</param>
/// <param name="MinPrice">Lowest price.</param>
/// <param name="MaxPrice">Highest price.</param>
/// <param name="TotalVolume">Sum of sizes, base asset.</param>
/// <param name="AvgVolume">Mean size, base asset.</param>
/// <param name="PriceChange">Close minus open.</param>
/// <param name="PriceChangePercent">The change in percent of the open.</param>
/// <param name="PriceVolatility">Sample standard deviation of the trades' prices; null for a single trade.</param>
/// <param name="Vwap">Volume-weighted average price; null without volume.</param>
/// <param name="Notional">Sum of price × size, quote asset.</param>
/// <param name="BuyVolume">The part of the volume whose taker bought.</param>
/// <param name="Open">First price.</param>
/// <param name="Close">Last price.</param>
/// <param name="RecordCount">Number of trades.</param>
/// <param name="CreatedAt">When the row was last rolled.</param>
public sealed record DailyItem(
    DateTimeOffset Day, decimal AvgPrice, decimal MinPrice, decimal MaxPrice, decimal TotalVolume, decimal AvgVolume, decimal PriceChange, decimal PriceChangePercent,
    decimal? PriceVolatility, decimal? Vwap, decimal Notional, decimal BuyVolume, decimal Open, decimal Close, long RecordCount, DateTimeOffset CreatedAt)
{
    internal static DailyItem Of(DailyMetrics m) => new(
        m.Day, m.AvgPrice, m.MinPrice, m.MaxPrice, m.TotalVolume, m.AvgVolume, m.PriceChange, m.PriceChangePercent, m.PriceVolatility, m.Vwap, m.Notional, m.BuyVolume, m.Open, m.Close,
        m.RecordCount, m.CreatedAt);
}
