namespace CryptoAspire.Storage.Gold;

/// <summary>What the grains are called and made of.</summary>
public static class GoldGrains
{
    /// <summary>The grain's name in <c>dirty_bucket</c>.</summary>
    public static string Name(this GoldGrain grain) => grain switch
    {
        GoldGrain.TenMinutes => "10min",
        GoldGrain.Hour => "hourly",
        GoldGrain.Day => "daily",
        _ => throw new ArgumentOutOfRangeException(nameof(grain), grain, "Not a grain of Gold."),
    };

    // Hours, not days: a day of an interval is not always 24 hours long.
    internal static string WidthText(this GoldGrain grain) => grain switch
    {
        GoldGrain.TenMinutes => "10 minutes",
        GoldGrain.Hour => "1 hour",
        _ => "24 hours",
    };

    /// <summary>The candles that a bucket is computed from.</summary>
    internal static string CandleInterval(this GoldGrain grain) => grain switch
    {
        GoldGrain.TenMinutes => "5m",
        GoldGrain.Hour => "1h",
        _ => "1d",
    };

    /// <summary>The table, and its column for the bucket's start.</summary>
    internal static (string Table, string Start) Table(this GoldGrain grain) => grain switch
    {
        GoldGrain.TenMinutes => ("gold_10min_metrics", "window_start"),
        GoldGrain.Hour => ("gold_hourly_metrics", "hour_timestamp"),
        _ => ("gold_daily_metrics", "day"),
    };
}
