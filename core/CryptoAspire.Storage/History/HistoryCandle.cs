namespace CryptoAspire.Storage.History;

/// <summary>A candle with where it is from.</summary>
/// <param name="Start">UTC.</param>
/// <param name="Volume">Base asset; null where the origin does not tell.</param>
/// <param name="Notional">Quote asset; null where the origin does not tell.</param>
/// <param name="TradeCount">Null where the origin does not tell.</param>
/// <param name="Status">open, final or corrected; always final for history.</param>
/// <param name="Revision">The live candle's; 0 for history.</param>
/// <param name="Origin">live, rest, or the shape of the file.</param>
public sealed record HistoryCandle(
    DateTimeOffset Start, decimal Open, decimal High, decimal Low, decimal Close, decimal? Volume, decimal? Notional, long? TradeCount, string Status, long Revision, string Origin)
{
    /// <summary>The origin of what we counted ourselves.</summary>
    public const string Live = "live";

    /// <summary>Volume-weighted average price; null without volume, or where the origin does not tell.</summary>
    public decimal? Vwap => Volume is { } volume and not 0 ? Notional / volume : null;
}
