namespace CryptoAspire.Market.Signals;

/// <summary>What an indicator sees of a candle. Prices in the quote asset, volume in the base asset.</summary>
public readonly record struct Bar(decimal High, decimal Low, decimal Close, decimal Volume);
