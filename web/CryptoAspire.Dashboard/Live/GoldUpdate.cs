using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Dashboard.Live;

/// <summary>Payload of <c>gold</c> and <c>gold:X</c>: Gold rows that are new or were rolled again, newest first.</summary>
public sealed record GoldUpdate(IReadOnlyList<TenMinuteMetrics> TenMinute, IReadOnlyList<HourlyMetrics> Hourly);
