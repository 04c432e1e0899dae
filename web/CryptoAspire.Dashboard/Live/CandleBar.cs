using CryptoAspire.Market;

namespace CryptoAspire.Dashboard.Live;

/// <summary>A candle as the chart reads it.</summary>
public sealed record CandleBar(
    DateTimeOffset Start, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume, decimal Notional, decimal? Vwap, long TradeCount, string Status, long Revision)
{
    public static CandleBar Of(Candle candle) => new(
        candle.Start, candle.Open, candle.High, candle.Low, candle.Close, candle.Volume, candle.Notional, candle.Vwap, candle.TradeCount,
        candle.Status switch { CandleStatus.Final => "final", CandleStatus.Corrected => "corrected", _ => "open" }, candle.Revision);
}
