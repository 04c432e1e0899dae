namespace CryptoAspire.Storage.History;

/// <summary>One candle of the past as a file or a venue tells it.</summary>
/// <param name="StartUs">Unix µs.</param>
/// <param name="Volume">Base asset; null where the origin does not tell.</param>
/// <param name="Notional">Quote asset; null where the origin does not tell.</param>
/// <param name="BuyVolume">The part of the volume whose taker bought; null where the origin does not tell.</param>
/// <param name="TradeCount">Null where the origin does not tell.</param>
public readonly record struct HistoryBar(
    long StartUs, decimal Open, decimal High, decimal Low, decimal Close, decimal? Volume, decimal? Notional, decimal? BuyVolume, long? TradeCount);
