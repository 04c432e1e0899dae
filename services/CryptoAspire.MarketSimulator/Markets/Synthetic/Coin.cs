namespace CryptoAspire.MarketSimulator.Markets.Synthetic;

/// <summary>How one coin of the synthetic market behaves.</summary>
/// <param name="AnchorPrice">US dollars around which the path wanders.</param>
/// <param name="Activity">Share of all trades.</param>
/// <param name="Beta">How strongly it follows the whole market.</param>
/// <param name="OwnVolatility">Standard deviation of a day's own movement.</param>
/// <param name="HalfSpread">Half the bid-ask spread as a fraction of the price; at least one tick.</param>
internal sealed record Coin(
    string Base, double AnchorPrice, decimal PriceTick, decimal CoinbaseStep, decimal BinanceStep,
    double Activity, double Beta, double OwnVolatility, double HalfSpread)
{
    public static readonly IReadOnlyList<Coin> All =
    [
        new("BTC",  65_000, 0.01m,    0.00000001m, 0.00001m, 0.35, 1.00, 0.008, 0.00001),
        new("ETH",   2_600, 0.01m,    0.00000001m, 0.0001m,  0.25, 1.15, 0.014, 0.00002),
        new("SOL",     155, 0.01m,    0.00000001m, 0.001m,   0.18, 1.35, 0.024, 0.00005),
        new("DOGE", 0.1050, 0.00001m, 0.1m,        1m,       0.12, 1.40, 0.030, 0.00010),
        new("ADA",  0.3500, 0.0001m,  0.00000001m, 0.1m,     0.10, 1.25, 0.026, 0.00015),
    ];
}
