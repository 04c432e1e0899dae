using CryptoAspire.Storage.Feeds;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Dashboard.Cold;

/// <summary>How the feeds fare, what arrives from each source, and what is missing.</summary>
/// <param name="Sources">What arrives at the dashboard, by name.</param>
/// <param name="Gaps">Holes in Silver's trade ids: open ones first, then the newest.</param>
/// <param name="States">What the producers say of their connections, by source.</param>
/// <param name="FeedGaps">What the producers missed: open and lost ones first, then the newest.</param>
/// <param name="Tracked">What the producers are to follow.</param>
public sealed record FeedsView(
    IReadOnlyList<SourceLine> Sources, IReadOnlyList<TradeIdGap> Gaps, IReadOnlyList<FeedStateRow> States, IReadOnlyList<FeedGapRow> FeedGaps, IReadOnlyList<TrackedRow> Tracked)
{
    /// <summary>Each symbol that is followed and where: a venue's name, or * for all.</summary>
    public IReadOnlyList<(string Symbol, string Venues)> TrackedBySymbol { get; } =
        [.. Tracked.GroupBy(static t => t.Symbol, StringComparer.Ordinal).Select(static g => (g.Key, string.Join(", ", g.Select(static t => t.Venue))))];
}
