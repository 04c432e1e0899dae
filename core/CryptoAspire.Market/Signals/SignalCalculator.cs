namespace CryptoAspire.Market.Signals;

/// <summary>
/// Computes the signals of one symbol and interval, bar after bar. Bars are the buckets that had trades; an empty bucket is no bar. Can
/// go on in the middle: <see cref="Resume"/> with the last <see cref="LookBack"/> bars and the stored state gives the same values, to the
/// last digit, as going through all bars from the first.
/// </summary>
public sealed class SignalCalculator
{
    /// <summary>How many earlier bars the windows need.</summary>
    public const int LookBack = 64;

    private const int Short = 20;
    private const int Long = 50;
    private const int WilderLength = 14;

    private readonly Window<decimal> _closes = new(Long);
    private readonly Window<decimal> _volumes = new(Short);
    private readonly Window<double> _returns = new(Long);
    private Ema _ema12 = new(12);
    private Ema _ema26 = new(26);
    private Ema _macdSignal = new(9);
    private WilderAverage _gain = new(WilderLength);
    private WilderAverage _loss = new(WilderLength);
    private WilderAverage _range = new(WilderLength);
    private decimal? _previousClose;
    private long _bars;

    /// <summary>Goes on after bars whose signals are known.</summary>
    /// <param name="lookBack">The last <see cref="LookBack"/> bars, oldest first; all of them when there were fewer.</param>
    /// <param name="state">The state stored with the last of them.</param>
    public static SignalCalculator Resume(IEnumerable<Bar> lookBack, SignalState state)
    {
        var calculator = new SignalCalculator();
        foreach (var bar in lookBack)
            calculator.Add(bar);
        if (calculator._bars < state.Bars)
            calculator.Restore(state);
        calculator._bars = state.Bars;
        return calculator;
    }

    /// <summary>Adds the next bar.</summary>
    /// <returns>The signals at its close.</returns>
    public SignalValues Add(in Bar bar)
    {
        var spike = VolumeSpike(bar.Volume);
        var z = AddReturn(bar.Close);
        _closes.Add(bar.Close);
        _volumes.Add(bar.Volume);

        _ema12.Add(bar.Close);
        _ema26.Add(bar.Close);
        var macd = _ema12.Value - _ema26.Value;
        if (macd is { } line)
            _macdSignal.Add(line);
        AddMove(bar);
        _previousClose = bar.Close;
        _bars++;

        var sma20 = Mean(Short);
        var (upper, lower) = Bollinger(sma20);
        return new SignalValues(
            sma20, Mean(Long), macd, macd - _macdSignal.Value, Rsi(), upper, lower, Volatility(), spike, z,
            new SignalState(_bars, _ema12.Value, _ema26.Value, _macdSignal.Value, _gain.Value, _loss.Value, _range.Value));
    }

    private void Restore(SignalState state)
    {
        _ema12.Resume(state.Ema12);
        _ema26.Resume(state.Ema26);
        _macdSignal.Resume(state.MacdSignal);
        _gain.Resume(state.AverageGain);
        _loss.Resume(state.AverageLoss);
        _range.Resume(state.Atr14);
    }

    // Wilder's true range of the first bar is its height; gains and losses begin with the second.
    private void AddMove(in Bar bar)
    {
        if (_previousClose is not { } previous)
        {
            _range.Add(bar.High - bar.Low);
            return;
        }

        var change = bar.Close - previous;
        _gain.Add(Math.Max(change, 0));
        _loss.Add(Math.Max(-change, 0));
        _range.Add(Math.Max(bar.High - bar.Low, Math.Max(Math.Abs(bar.High - previous), Math.Abs(bar.Low - previous))));
    }

    private decimal? Rsi()
    {
        if (_gain.Value is not { } gain || _loss.Value is not { } loss)
            return null;
        return gain + loss == 0 ? 50 : Places.Value(100 * gain / (gain + loss));
    }

    private decimal? Mean(int length)
    {
        if (_closes.Count < length)
            return null;
        Span<decimal> closes = stackalloc decimal[length];
        _closes.CopyNewest(closes);
        var sum = 0m;
        foreach (var close in closes)
            sum += close;
        return Places.State(sum / length);
    }

    private (decimal? Upper, decimal? Lower) Bollinger(decimal? mean)
    {
        if (mean is not { } middle)
            return (null, null);
        Span<decimal> closes = stackalloc decimal[Short];
        _closes.CopyNewest(closes);
        var squares = 0.0;
        foreach (var close in closes)
        {
            var deviation = (double)(close - middle);
            squares += deviation * deviation;
        }

        var band = 2 * (decimal)Math.Sqrt(squares / Short);
        return (Places.Value(middle + band), Places.Value(middle - band));
    }

    private decimal? VolumeSpike(decimal volume)
    {
        if (!_volumes.IsFull)
            return null;
        Span<decimal> volumes = stackalloc decimal[Short];
        _volumes.CopyNewest(volumes);
        var sum = 0m;
        foreach (var value in volumes)
            sum += value;
        return sum == 0 ? null : Places.Value(volume * Short / sum);
    }

    private decimal? Volatility()
    {
        if (_returns.Count < Short)
            return null;
        Span<double> returns = stackalloc double[Short];
        _returns.CopyNewest(returns);
        var mean = 0.0;
        foreach (var value in returns)
            mean += value;
        mean /= Short;
        var squares = 0.0;
        foreach (var value in returns)
            squares += (value - mean) * (value - mean);
        return Places.Value(Math.Sqrt(squares / (Short - 1)));
    }

    private decimal? AddReturn(decimal close)
    {
        if (_previousClose is not { } previous)
            return null;
        var value = Math.Log((double)(close / previous));
        var z = _returns.IsFull ? RobustZ(value) : null;
        _returns.Add(value);
        return z;
    }

    private decimal? RobustZ(double value)
    {
        Span<double> values = stackalloc double[Long];
        _returns.CopyNewest(values);
        var median = Median(values);
        for (var i = 0; i < values.Length; i++)
            values[i] = Math.Abs(values[i] - median);
        var deviation = Median(values);
        return deviation == 0 ? null : Places.Value(0.6745 * (value - median) / deviation);
    }

    private static double Median(Span<double> values)
    {
        values.Sort();
        return (values[Long / 2 - 1] + values[Long / 2]) / 2;
    }
}
