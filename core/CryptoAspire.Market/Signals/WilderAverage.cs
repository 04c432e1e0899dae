namespace CryptoAspire.Market.Signals;

/// <summary>
/// Wilder's smoothing of <paramref name="length"/> values: the mean of the first ones, then (previous × (length - 1) + value) / length.
/// Source: J. Welles Wilder, New Concepts in Technical Trading Systems, 1978. Kept to 18 places.
/// </summary>
internal struct WilderAverage(int length)
{
    private decimal _sum;
    private int _count;

    /// <summary>Null until <c>length</c> values have come.</summary>
    public decimal? Value { get; private set; }

    public void Add(decimal value)
    {
        if (Value is { } previous)
        {
            Value = Places.State((previous * (length - 1) + value) / length);
            return;
        }

        _sum += value;
        if (++_count == length)
            Value = Places.State(_sum / length);
    }

    /// <summary>Goes on from a value that was stored.</summary>
    public void Resume(decimal? value) => Value = value;
}
