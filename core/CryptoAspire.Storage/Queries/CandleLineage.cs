using CryptoAspire.Market;

namespace CryptoAspire.Storage.Queries;

/// <summary>What made a candle.</summary>
/// <param name="Candle">As it is now.</param>
/// <param name="UpdatedAt">When it last changed.</param>
/// <param name="Offsets">Where its trades stand in Bronze; null when they are in several partitions.</param>
/// <param name="Revisions">From the finalisation on, oldest first.</param>
/// <param name="Sources">The sources that its trades came from.</param>
public sealed record CandleLineage(
    Candle Candle, DateTimeOffset UpdatedAt, BronzeRange? Offsets, IReadOnlyList<CandleRevision> Revisions, IReadOnlyList<CandleSource> Sources);
