using System.Diagnostics.CodeAnalysis;

namespace CryptoAspire.Market;

/// <summary>The intervals' short names (<c>1m 5m 15m 1h 4h 1d</c>) and bucket arithmetic.</summary>
public static class Intervals
{
    /// <summary>All intervals, shortest first; each length divides the next.</summary>
    public static readonly IReadOnlyList<Interval> All =
        [Interval.OneMinute, Interval.FiveMinutes, Interval.FifteenMinutes, Interval.OneHour, Interval.FourHours, Interval.OneDay];

    public static string Name(this Interval interval) => interval switch
    {
        Interval.OneMinute => "1m",
        Interval.FiveMinutes => "5m",
        Interval.FifteenMinutes => "15m",
        Interval.OneHour => "1h",
        Interval.FourHours => "4h",
        Interval.OneDay => "1d",
        _ => throw new ArgumentOutOfRangeException(nameof(interval), interval, "Not one of 1m 5m 15m 1h 4h 1d."),
    };

    /// <summary>Reads a short name; false for any other text.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Interval interval)
    {
        foreach (var candidate in All)
        {
            if (candidate.Name() != text)
                continue;
            interval = candidate;
            return true;
        }

        interval = default;
        return false;
    }

    /// <summary>Reads a short name.</summary>
    /// <exception cref="FormatException">The text is not one of the six names.</exception>
    public static Interval Parse(string text) =>
        TryParse(text, out var interval) ? interval : throw new FormatException($"'{text}' is not an interval; use one of 1m 5m 15m 1h 4h 1d.");

    public static TimeSpan Length(this Interval interval) => TimeSpan.FromSeconds((int)interval);

    /// <summary>The length in microseconds.</summary>
    public static long Microseconds(this Interval interval) => (int)interval * 1_000_000L;

    /// <summary>The start, in Unix microseconds, of the bucket that holds the time; right for times before 1970 too.</summary>
    public static long StartOf(this Interval interval, long unixMicroseconds)
    {
        var length = interval.Microseconds();
        var remainder = unixMicroseconds % length;
        return unixMicroseconds - (remainder < 0 ? remainder + length : remainder);
    }
}
