using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Contracts;

/// <summary>Technical signals at the close of a candle of all venues together; each is null until enough candles have come.</summary>
/// <param name="Start">Start of the candle, UTC.</param>
/// <param name="Close">Its close.</param>
/// <param name="Sma20">Mean of the last 20 closes; the middle of the Bollinger bands.</param>
/// <param name="Sma50">Mean of the last 50 closes.</param>
/// <param name="Ema12">Exponential moving average, 12 closes.</param>
/// <param name="Ema26">Exponential moving average, 26 closes.</param>
/// <param name="Macd">ema12 - ema26.</param>
/// <param name="MacdSignal">Exponential moving average of 9 macd values.</param>
/// <param name="MacdHistogram">macd - macdSignal.</param>
/// <param name="Rsi14">Wilder's relative strength index, 0 to 100.</param>
/// <param name="BollingerUpper">sma20 plus two standard deviations.</param>
/// <param name="BollingerLower">sma20 minus two standard deviations.</param>
/// <param name="Atr14">Wilder's average true range.</param>
/// <param name="Volatility20">Standard deviation of the last 20 log returns, per candle.</param>
/// <param name="VolumeSpike">Volume / mean volume of the 20 candles before.</param>
/// <param name="RobustZ">Robust z-score (median and MAD) of the candle's log return against the 50 before.</param>
/// <param name="CreatedAt">When it was computed.</param>
public sealed record SignalItem(
    DateTimeOffset Start, decimal Close, decimal? Sma20, decimal? Sma50, decimal? Ema12, decimal? Ema26, decimal? Macd, decimal? MacdSignal, decimal? MacdHistogram, decimal? Rsi14,
    decimal? BollingerUpper, decimal? BollingerLower, decimal? Atr14, decimal? Volatility20, decimal? VolumeSpike, decimal? RobustZ, DateTimeOffset CreatedAt)
{
    internal static SignalItem Of(SignalPoint p) => new(
        p.Start, p.Close, p.Sma20, p.Sma50, p.Ema12, p.Ema26, p.Macd, p.MacdSignal, p.MacdHistogram, p.Rsi14, p.BollingerUpper, p.BollingerLower, p.Atr14, p.Volatility20, p.VolumeSpike,
        p.RobustZ, p.CreatedAt);
}
