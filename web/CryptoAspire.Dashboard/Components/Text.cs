using System.Globalization;
using System.Text;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Dashboard.Components;

/// <summary>How numbers and times read on screen; wwwroot/js/format.js uses the same rules, so that the first HTML and the live patches agree.</summary>
public static class Text
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>Decimals that a price of this size is shown with.</summary>
    public static int PriceDigits(decimal price) => Math.Abs(price) switch { >= 1000 => 2, >= 1 => 4, >= 0.01m => 5, _ => 8 };

    public static string Price(decimal? price) => price is { } value ? value.ToString($"N{PriceDigits(value)}", Culture) : "–";

    public static string Percent(decimal? percent) =>
        percent is { } value ? $"{(value > 0 ? "+" : value < 0 ? "−" : "")}{Math.Abs(value).ToString("N2", Culture)} %" : "–";

    public static string Quantity(decimal? quantity)
    {
        if (quantity is not { } value)
            return "–";
        return Math.Abs(value) switch
        {
            0 => "0",
            >= 1e12m => (value / 1e12m).ToString("N2", Culture) + "T",
            >= 1e9m => (value / 1e9m).ToString("N2", Culture) + "B",
            >= 1e6m => (value / 1e6m).ToString("N2", Culture) + "M",
            >= 1e3m => (value / 1e3m).ToString("N2", Culture) + "K",
            >= 1 => value.ToString("N2", Culture),
            _ => value.ToString("N6", Culture),
        };
    }

    public static string Age(long milliseconds) => Math.Max(0, milliseconds / 1000) switch
    {
        < 2 => "now",
        var s and < 60 => $"{s} s",
        var s and < 3600 => $"{s / 60} min",
        var s and < 86400 => $"{s / 3600} h",
        var s => $"{s / 86400} d",
    };

    public static string DateTime(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", Culture);

    /// <summary>A whole number in full.</summary>
    public static string Count(long count) => count.ToString("N0", Culture);

    /// <summary>How long ago: an age of <see cref="Age"/> with its word.</summary>
    public static string Ago(TimeSpan age) => Age((long)age.TotalMilliseconds) is var text && text == "now" ? text : $"{text} ago";

    /// <summary>A span of time in the unit that suits it.</summary>
    public static string Duration(TimeSpan span) => span.TotalSeconds switch
    {
        < 1 => $"{span.TotalMilliseconds:0} ms",
        < 60 => span.TotalSeconds.ToString("0.0", Culture) + " s",
        < 3600 => $"{(int)span.TotalMinutes} min {span.Seconds} s",
        _ => $"{(int)span.TotalHours} h {span.Minutes} min",
    };

    /// <summary>The clock of somebody else minus ours.</summary>
    public static string Offset(double? milliseconds) => milliseconds switch
    {
        null => "–",
        > -1000 and < 1000 => $"{Signed((decimal)Math.Round(milliseconds.Value), "0")} ms",
        _ => $"{Signed((decimal)Math.Round(milliseconds.Value / 1000, 1), "0.0")} s",
    };

    /// <summary>A technical signal: with as many decimals as a price of its size, and its sign.</summary>
    public static string Signal(decimal? value) => value is { } known ? Signed(Math.Round(known, PriceDigits(known)), $"N{PriceDigits(known)}") : "–";

    /// <summary>A plain number with a fixed number of decimals.</summary>
    public static string Number(decimal? value, int digits) => value is { } known ? Signed(Math.Round(known, digits), $"N{digits}") : "–";

    /// <summary>A score of 0 to 100; a hundred only when nothing fails.</summary>
    public static string Score(decimal? score) => score is { } value ? (Math.Floor(value * 10) / 10).ToString(value == 100 ? "0" : "0.0", Culture) : "–";

    /// <summary>A score's change, with its sign.</summary>
    public static string Change(decimal? change) => change switch { null => "–", > 0 => $"+{change.Value.ToString("0.0", Culture)}", < 0 => $"−{(-change.Value).ToString("0.0", Culture)}", _ => "0" };

    /// <summary>The first bytes as text; bytes that are not UTF-8 show as �.</summary>
    public static string Preview(byte[]? bytes) => bytes is null ? "" : Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, OperationsQueries.PreviewBytes)));

    // A minus sign as wide as a figure; none before a zero.
    private static string Signed(decimal value, string format) => (value < 0 ? "−" : "") + Math.Abs(value).ToString(format, Culture);

    public static string Trend(decimal? change) => change switch { > 0 => "up", < 0 => "down", _ => "flat" };
}
