namespace CryptoAspire.Market.Signals;

/// <summary>What the recursive indicators carry from one bar to the next; stored with each row of <c>signal</c>.</summary>
/// <param name="Bars">How many bars there have been.</param>
/// <param name="Ema12">EMA 12 of the closes.</param>
/// <param name="Ema26">EMA 26 of the closes.</param>
/// <param name="MacdSignal">EMA 9 of MACD.</param>
/// <param name="AverageGain">Wilder's average of 14 gains.</param>
/// <param name="AverageLoss">Wilder's average of 14 losses.</param>
/// <param name="Atr14">Wilder's average of 14 true ranges.</param>
public sealed record SignalState(long Bars, decimal? Ema12, decimal? Ema26, decimal? MacdSignal, decimal? AverageGain, decimal? AverageLoss, decimal? Atr14);
