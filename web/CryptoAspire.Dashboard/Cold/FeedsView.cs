using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Dashboard.Cold;

/// <summary>The sources that deliver, and the holes in their trade ids.</summary>
/// <param name="Sources">By name.</param>
/// <param name="Gaps">Open ones first, then the newest.</param>
public sealed record FeedsView(IReadOnlyList<SourceLine> Sources, IReadOnlyList<TradeIdGap> Gaps);
