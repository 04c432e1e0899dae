using CryptoAspire.Market;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Contracts;

/// <summary>What made a candle.</summary>
/// <param name="Symbol">Canonical, BASE-QUOTE.</param>
/// <param name="Venue">A source, or * for all venues together.</param>
/// <param name="Interval">1m, 5m, 15m, 1h, 4h or 1d.</param>
/// <param name="Candle">As it is now.</param>
/// <param name="UpdatedAt">When it last changed.</param>
/// <param name="Bronze">Where its trades stand in the topic crypto_prices: bounds of the batches that brought them; null when they are in several partitions.</param>
/// <param name="Sources">Where its trades came from.</param>
/// <param name="Revisions">From the finalisation on: cause final when the watermark passed its end, late when late trades changed it after that.</param>
/// <param name="Trades">A page of its trades in the order in which they are folded.</param>
/// <param name="Next">Value of after for the next page; null on the last.</param>
public sealed record LineageAnswer(
    string Symbol, string Venue, string Interval, CandleItem Candle, DateTimeOffset UpdatedAt, BronzeRange? Bronze,
    IReadOnlyList<CandleSource> Sources, IReadOnlyList<CandleRevision> Revisions, IReadOnlyList<LineageTrade> Trades, string? Next)
{
    internal static LineageAnswer Of(CandleLineage lineage, IReadOnlyList<CandleTrade> trades, string? next) => new(
        lineage.Candle.Symbol, lineage.Candle.Venue, lineage.Candle.Interval.Name(), CandleItem.Of(lineage.Candle), lineage.UpdatedAt, lineage.Offsets,
        lineage.Sources, lineage.Revisions, [.. trades.Select(LineageTrade.Of)], next);
}
