using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Dashboard.Cold;

/// <summary>Gold rows, newest first.</summary>
public sealed record GoldView(IReadOnlyList<TenMinuteMetrics> TenMinute, IReadOnlyList<HourlyMetrics> Hourly, IReadOnlyList<DailyMetrics> Daily)
{
    /// <summary>The symbols that there are rows of, sorted.</summary>
    public IReadOnlyList<string> Symbols { get; } =
        [.. Daily.Select(static r => r.Symbol).Concat(Hourly.Select(static r => r.Symbol)).Concat(TenMinute.Select(static r => r.Symbol)).Distinct().Order(StringComparer.Ordinal)];
}
