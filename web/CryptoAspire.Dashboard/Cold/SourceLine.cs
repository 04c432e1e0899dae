using CryptoAspire.Dashboard.Live;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Dashboard.Cold;

/// <summary>One source: what arrives from it now, and how complete its trade ids are in Silver.</summary>
/// <param name="Source">The records' <c>source</c>, suffix included.</param>
/// <param name="Status">What arrives; null while it is silent.</param>
/// <param name="Progress">Null while Silver has no trade of it.</param>
public sealed record SourceLine(string Source, SourceStatus? Status, SourceProgress? Progress)
{
    /// <summary>Records in the last full second.</summary>
    public long PerSecond => Status?.PerSecond ?? 0;

    public int Symbols => Status?.Symbols ?? Progress?.Symbols ?? 0;

    /// <summary>When the last record reached us; null while the source is silent.</summary>
    public DateTimeOffset? ReceivedAt => Status is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(Status.ReceivedAt);

    public DateTimeOffset? NewestEvent => Progress?.NewestEvent;

    public long OpenGaps => Progress?.OpenGaps ?? 0;

    public long FilledGaps => Progress?.FilledGaps ?? 0;

    /// <summary>Trade ids inside the open gaps.</summary>
    public long MissingIds => Progress?.MissingIds ?? 0;
}
