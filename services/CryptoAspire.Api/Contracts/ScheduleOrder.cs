namespace CryptoAspire.Api.Contracts;

/// <summary>Another schedule for a job.</summary>
/// <param name="Schedule">"every 10s", "every 1h at 5m", or cron (five fields, or six with seconds first), UTC; null for the configured one.</param>
public sealed record ScheduleOrder(string? Schedule);
