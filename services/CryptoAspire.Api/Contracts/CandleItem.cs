using System.Text.Json.Serialization;
using CryptoAspire.Market;
using CryptoAspire.Storage.History;

namespace CryptoAspire.Api.Contracts;

/// <summary>The trades of [start, start + interval), folded.</summary>
/// <param name="Start">Start, UTC.</param>
/// <param name="Open">First price.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Last price.</param>
/// <param name="Volume">Sum of sizes, base asset; null where history's origin does not tell.</param>
/// <param name="Notional">Sum of price × size, quote asset; null where history's origin does not tell.</param>
/// <param name="Vwap">notional / volume; null without volume.</param>
/// <param name="TradeCount">Number of trades; null where history's origin does not tell.</param>
/// <param name="Status">open until its end has passed, then final; corrected when a late trade changed it after that.</param>
/// <param name="Revision">Rises with each change; 0 for history.</param>
/// <param name="Origin">With the argument origin: live, rest (the venue's own REST interface) or the shape of the imported file. Else absent.</param>
public sealed record CandleItem(
    DateTimeOffset Start, decimal Open, decimal High, decimal Low, decimal Close, decimal? Volume, decimal? Notional, decimal? Vwap, long? TradeCount, string Status, long Revision,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Origin = null)
{
    internal static CandleItem Of(Candle c) =>
        new(c.Start, c.Open, c.High, c.Low, c.Close, c.Volume, c.Notional, c.Vwap, c.TradeCount, CandleCodec.NameOf(c.Status), c.Revision);

    internal static CandleItem Of(HistoryCandle c) =>
        new(c.Start, c.Open, c.High, c.Low, c.Close, c.Volume, c.Notional, c.Vwap, c.TradeCount, c.Status, c.Revision, c.Origin);
}
