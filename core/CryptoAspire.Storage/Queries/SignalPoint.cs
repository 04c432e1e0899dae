namespace CryptoAspire.Storage.Queries;

/// <summary>One row of <c>signal</c>, to twelve places; meanings and formulas are the columns' comments there.</summary>
public sealed record SignalPoint(
    DateTimeOffset Start,
    decimal Close,
    decimal? Sma20,
    decimal? Sma50,
    decimal? Ema12,
    decimal? Ema26,
    decimal? Macd,
    decimal? MacdSignal,
    decimal? MacdHistogram,
    decimal? Rsi14,
    decimal? BollingerUpper,
    decimal? BollingerLower,
    decimal? Atr14,
    decimal? Volatility20,
    decimal? VolumeSpike,
    decimal? RobustZ,
    DateTimeOffset CreatedAt);
