namespace CryptoAspire.Storage.Queries;

/// <summary>One source's part of a candle.</summary>
public sealed record CandleSource(string Source, long TradeCount, decimal Volume, BronzeRange? Offsets);
