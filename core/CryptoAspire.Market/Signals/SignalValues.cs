namespace CryptoAspire.Market.Signals;

/// <summary>The signals at the close of a bar. Each is null until enough bars have come.</summary>
/// <param name="Sma20">Mean of the last 20 closes.</param>
/// <param name="Sma50">Mean of the last 50 closes.</param>
/// <param name="Macd">EMA 12 - EMA 26 of the closes. Source: Gerald Appel, 1979.</param>
/// <param name="MacdHistogram">MACD - its EMA 9.</param>
/// <param name="Rsi14">100 - 100 / (1 + average gain / average loss), Wilder 1978; 100 without losses, 50 when nothing moved.</param>
/// <param name="BollingerUpper">SMA 20 + 2 population standard deviations of the last 20 closes. Source: John Bollinger, Bollinger on Bollinger Bands, 2001.</param>
/// <param name="BollingerLower">SMA 20 - 2 population standard deviations.</param>
/// <param name="Volatility20">Sample standard deviation of the last 20 log returns, per bar, not annualised. Source: John Hull, Options, Futures, and Other Derivatives, ch. 15.</param>
/// <param name="VolumeSpike">Volume of the bar / mean volume of the 20 bars before it; null when those had none.</param>
/// <param name="RobustZ">0.6745 (r - median) / MAD of the bar's log return r against the 50 returns before it; null when MAD is 0. Source: Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993.</param>
/// <param name="State">The recursive ones: EMA 12 and 26, MACD's signal line, ATR 14, and the averages behind RSI.</param>
public sealed record SignalValues(
    decimal? Sma20, decimal? Sma50, decimal? Macd, decimal? MacdHistogram, decimal? Rsi14, decimal? BollingerUpper, decimal? BollingerLower,
    decimal? Volatility20, decimal? VolumeSpike, decimal? RobustZ, SignalState State);
