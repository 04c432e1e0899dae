namespace CryptoAspire.Market.Signals;

/// <summary>
/// Exponential moving average of <paramref name="length"/> values: the mean of the first ones, then
/// previous + (value - previous) × 2 / (length + 1). Kept to 18 places, so that an average that goes on from a stored value is the same to
/// the last digit. Source: StockCharts ChartSchool, "Moving Averages"; TA-Lib's EMA in its default compatibility mode.
/// </summary>
internal struct Ema(int length)
{
    private decimal _sum;
    private int _count;

    /// <summary>Null until <c>length</c> values have come.</summary>
    public decimal? Value { get; private set; }

    public void Add(decimal value)
    {
        if (Value is { } previous)
        {
            Value = Places.State(previous + (value - previous) * 2 / (length + 1));
            return;
        }

        _sum += value;
        if (++_count == length)
            Value = Places.State(_sum / length);
    }

    /// <summary>Goes on from a value that was stored.</summary>
    public void Resume(decimal? value) => Value = value;
}
