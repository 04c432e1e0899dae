namespace CryptoAspire.Market;

/// <summary>Names one candle.</summary>
/// <param name="Symbol">The canonical symbol.</param>
/// <param name="Venue">A source, or <see cref="Market.Venue.All"/>.</param>
/// <param name="Interval">Its length.</param>
/// <param name="StartUs">Its start, Unix microseconds.</param>
public readonly record struct CandleKey(string Symbol, string Venue, Interval Interval, long StartUs)
{
    /// <summary>The end, exclusive, Unix microseconds.</summary>
    public long EndUs => StartUs + Interval.Microseconds();
}
