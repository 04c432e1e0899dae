namespace CryptoAspire.MarketSimulator.Markets;

/// <summary>What a ticker tells beside the trade: the last 24 hours and the top of the book.</summary>
public readonly record struct DaySummary(
    decimal Open, decimal High, decimal Low, decimal Volume, decimal Volume30Days, decimal BestBid, decimal BestAsk);
