using CryptoAspire.Market;

namespace CryptoAspire.Api.Contracts;

/// <summary>The trades of [start, start + interval), folded.</summary>
/// <param name="Start">Start, UTC.</param>
/// <param name="Open">First price.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Last price.</param>
/// <param name="Volume">Sum of sizes, base asset.</param>
/// <param name="Notional">Sum of price × size, quote asset.</param>
/// <param name="Vwap">notional / volume; null without volume.</param>
/// <param name="TradeCount">Number of trades.</param>
/// <param name="Status">open until its end has passed, then final; corrected when a late trade changed it after that.</param>
/// <param name="Revision">Rises with each change.</param>
public sealed record CandleItem(
    DateTimeOffset Start, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume, decimal Notional, decimal? Vwap, long TradeCount, string Status, long Revision)
{
    internal static CandleItem Of(Candle c) =>
        new(c.Start, c.Open, c.High, c.Low, c.Close, c.Volume, c.Notional, c.Vwap, c.TradeCount, CandleCodec.NameOf(c.Status), c.Revision);
}
