namespace CryptoAspire.Dashboard.Live;

/// <summary>One source of ticks.</summary>
/// <param name="Source">The record's <c>source</c>, suffix included.</param>
/// <param name="Symbols">Distinct symbols seen.</param>
/// <param name="PerSecond">Records in the last full second.</param>
/// <param name="ReceivedAt">When the last one reached us, Unix milliseconds.</param>
public sealed record SourceStatus(string Source, int Symbols, long PerSecond, long ReceivedAt);
