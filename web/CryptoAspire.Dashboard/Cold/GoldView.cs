using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Dashboard.Cold;

/// <summary>Gold rows, newest first.</summary>
public sealed record GoldView(IReadOnlyList<TenMinuteMetrics> TenMinute, IReadOnlyList<HourlyMetrics> Hourly);
