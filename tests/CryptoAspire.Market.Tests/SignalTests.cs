using CryptoAspire.Market.Signals;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.Market.Tests;

/// <summary>The indicators against published examples, hand calculations, and themselves when they go on in the middle.</summary>
public class SignalTests
{
    // StockCharts ChartSchool, "Relative Strength Index (RSI)", the worked example (QQQQ).
    private static readonly decimal[] RsiCloses =
    [
        44.3389m, 44.0902m, 44.1497m, 43.6124m, 44.3278m, 44.8264m, 45.0955m, 45.4245m, 45.8433m, 46.0826m, 45.8931m, 46.0328m, 45.6140m, 46.2820m, 46.2820m,
        46.0028m, 46.0328m, 46.4116m, 46.2222m, 45.6439m, 46.2122m, 46.2521m, 45.7137m, 46.4515m, 45.7835m, 45.3548m, 44.0288m, 44.1783m, 44.2181m, 44.5672m,
        43.4205m, 42.6628m, 43.1314m,
    ];

    // StockCharts ChartSchool, "Average True Range (ATR)", the worked example (QQQQ): high, low, close.
    private static readonly (decimal High, decimal Low, decimal Close)[] AtrBars =
    [
        (48.70m, 47.79m, 48.16m), (48.72m, 48.14m, 48.61m), (48.90m, 48.39m, 48.75m), (48.87m, 48.37m, 48.63m), (48.82m, 48.24m, 48.74m), (49.05m, 48.64m, 49.03m),
        (49.20m, 48.94m, 49.07m), (49.35m, 48.86m, 49.32m), (49.92m, 49.50m, 49.91m), (50.19m, 49.87m, 50.13m), (50.12m, 49.20m, 49.53m), (49.66m, 48.90m, 49.50m),
        (49.88m, 49.43m, 49.75m), (50.19m, 49.73m, 50.03m), (50.36m, 49.26m, 50.31m), (50.57m, 50.09m, 50.52m), (50.65m, 50.30m, 50.41m), (50.43m, 49.21m, 49.34m),
    ];

    [Fact]
    public void Rsi_is_that_of_the_published_example()
    {
        decimal[] published = [70.53m, 66.32m, 66.55m, 69.41m, 66.36m, 57.97m, 62.93m, 63.26m, 56.06m, 62.38m, 54.71m, 50.42m, 39.99m, 41.46m, 41.87m, 45.46m, 37.30m, 33.08m, 37.77m];
        var rsi = Run(RsiCloses).Select(v => v.Rsi14).ToList();
        Assert.All(rsi.Take(14), Assert.Null);
        Assert.Equal(published, rsi.Skip(14).Select(v => Math.Round(v!.Value, 2)));
    }

    [Fact]
    public void Average_true_range_is_that_of_the_published_example()
    {
        var calculator = new SignalCalculator();
        var atr = AtrBars.Select(b => calculator.Add(new Bar(b.High, b.Low, b.Close, 1)).State.Atr14).ToList();
        Assert.All(atr.Take(13), Assert.Null);
        Assert.Equal([0.55m, 0.59m, 0.59m, 0.57m, 0.61m], atr.Skip(13).Select(v => Math.Round(v!.Value, 2)));
    }

    [Fact]
    public void Exponential_average_is_that_of_the_published_example()
    {
        // StockCharts ChartSchool, "Moving Averages": a 10-day EMA of Intel.
        decimal[] closes = [22.2734m, 22.1940m, 22.0847m, 22.1741m, 22.1840m, 22.1344m, 22.2337m, 22.4323m, 22.2436m, 22.2933m, 22.1542m, 22.3926m, 22.3816m, 22.6109m, 23.3558m, 24.0519m];
        var ema = new Ema(10);
        var values = new List<decimal?>();
        foreach (var close in closes)
        {
            ema.Add(close);
            values.Add(ema.Value);
        }

        Assert.All(values.Take(9), Assert.Null);
        Assert.Equal([22.22m, 22.21m, 22.24m, 22.27m, 22.33m, 22.52m, 22.80m], values.Skip(9).Select(v => Math.Round(v!.Value, 2)));
    }

    [Fact]
    public void Means_bands_and_macd_are_those_of_a_calculation_by_hand()
    {
        // Closes 1, 2, …, 60: every one of these has a closed form.
        var values = Run([.. Enumerable.Range(1, 60).Select(i => (decimal)i)]);

        Assert.Equal(50.5m, values[59].Sma20);
        Assert.Equal(35.5m, values[59].Sma50);
        Assert.Null(values[18].Sma20);
        Assert.Equal(10.5m, values[19].Sma20);

        // The population variance of 20 consecutive numbers is (20² - 1) / 12 = 33.25.
        Assert.Equal(10.5m + 2 * 5.766281297335m, values[19].BollingerUpper!.Value, 11);
        Assert.Equal(10.5m - 2 * 5.766281297335m, values[19].BollingerLower!.Value, 11);

        // On a straight line an EMA that starts with the mean lags by (n - 1) / 2 for ever: MACD = 12.5 - 5.5 = 7, its average the same.
        Assert.Equal(7m, values[59].Macd!.Value, 12);
        Assert.Equal(7m, values[59].State.MacdSignal!.Value, 12);
        Assert.Equal(0m, values[59].MacdHistogram!.Value, 12);
        Assert.Null(values[24].Macd);
        Assert.NotNull(values[25].Macd);
        Assert.Null(values[32].State.MacdSignal);
        Assert.NotNull(values[33].State.MacdSignal);

        // Only gains.
        Assert.Equal(100m, values[59].Rsi14);
    }

    [Fact]
    public void Volatility_spike_and_robust_score_are_those_of_a_calculation_by_hand()
    {
        // Closes alternate by a factor of e^±0.01, so log returns are ±0.01: sample deviation 0.01 × √(20/19), MAD 0.01.
        var up = (decimal)Math.Exp(0.01);
        var closes = Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? 100m : 100m * up).ToArray();
        var calculator = new SignalCalculator();
        var values = closes.Select((c, i) => calculator.Add(new Bar(c, c, c, i == 59 ? 30 : 10))).ToList();

        Assert.Equal((decimal)(0.01 * Math.Sqrt(20.0 / 19)), values[59].Volatility20!.Value, 10);
        Assert.Equal(3m, values[59].VolumeSpike);
        Assert.Equal(1m, values[58].VolumeSpike);

        // The median of 50 alternating returns is 0 (25 of each), so the next, +0.01, scores 0.6745.
        Assert.Equal(0.6745m, values[59].RobustZ!.Value, 8);
        Assert.Null(values[50].RobustZ);
        Assert.NotNull(values[51].RobustZ);
    }

    [Fact]
    public void A_market_that_stands_still_has_no_scores_that_divide_by_nothing()
    {
        var calculator = new SignalCalculator();
        var last = Enumerable.Range(0, 60).Select(_ => calculator.Add(new Bar(5, 5, 5, 0))).ToList()[^1];
        Assert.Equal((50m, 0m, 0m), (last.Rsi14, last.Volatility20, last.State.Atr14));
        Assert.Equal((null, null), (last.VolumeSpike, last.RobustZ));
        Assert.Equal((5m, 5m), (last.BollingerUpper, last.BollingerLower));
    }

    [Fact]
    public void Going_on_from_any_bar_gives_the_same_to_the_last_digit()
    {
        var law =
            from count in Gen.Choose(2, 220)
            from split in Gen.Choose(1, count - 1)
            from seed in Gen.Choose(0, int.MaxValue)
            select (count, split, seed);
        Prop.ForAll(law.ToArbitrary(), c =>
        {
            var bars = Bars(c.count, c.seed);
            var whole = new SignalCalculator();
            var all = bars.Select(b => whole.Add(b)).ToList();
            var resumed = SignalCalculator.Resume(bars.Take(c.split).TakeLast(SignalCalculator.LookBack), all[c.split - 1].State);
            return bars.Skip(c.split).Select(b => resumed.Add(b)).SequenceEqual(all.Skip(c.split));
        }).QuickCheckThrowOnFailure();
    }

    private static List<SignalValues> Run(decimal[] closes)
    {
        var calculator = new SignalCalculator();
        return [.. closes.Select(c => calculator.Add(new Bar(c, c, c, 1)))];
    }

    private static List<Bar> Bars(int count, int seed)
    {
        var random = new Random(seed);
        var price = 0.00001m * (decimal)Math.Pow(10, random.Next(0, 11));
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            price *= 1 + (random.Next(-100, 101) / 10_000m);
            price = Math.Round(price, 10);
            var reach = price * random.Next(0, 50) / 10_000m;
            return new Bar(price + reach, price - reach, price, random.Next(0, 1000) / 100m);
        })];
    }
}
