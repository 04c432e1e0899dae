using CryptoAspire.Storage.Feeds;

namespace CryptoAspire.Api.Contracts;

/// <summary>How the feeds fare.</summary>
/// <param name="Feeds">One for each producer and venue; updatedAt tells whether the producer still lives.</param>
/// <param name="Gaps">Trades that were missed: open and lost ones first, then the newest that have been filled.</param>
public sealed record FeedList(IReadOnlyList<FeedStateRow> Feeds, IReadOnlyList<FeedGapRow> Gaps);
