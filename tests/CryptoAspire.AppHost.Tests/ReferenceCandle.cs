namespace CryptoAspire.AppHost.Tests;

/// <summary>A line of a reference file.</summary>
/// <param name="Vwap">10 decimal places.</param>
internal sealed record ReferenceCandle(
    DateTimeOffset Start, long OpenTimeMs, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume, decimal Notional, decimal Vwap, long Trades, long FirstId, long LastId);
