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

    public override int GetHashCode()
    {
        // Starts are whole minutes: without the multiplication their low bits would all be alike.
        var place = (ulong)(StartUs ^ (long)Interval) * 0x9E3779B97F4A7C15;
        return NameHash.Of(Symbol) * 31 ^ NameHash.Of(Venue) ^ (int)(place >> 32);
    }
}
