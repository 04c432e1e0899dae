namespace CryptoAspire.Storage.Queries;

/// <summary>A candle when it became final (cause <c>final</c>) or after late trades had changed it (cause <c>late</c>).</summary>
/// <param name="Revision">Its number; those before the finalisation are not kept.</param>
/// <param name="Cause"><c>final</c> or <c>late</c>.</param>
/// <param name="RecordedAt">When it was committed.</param>
/// <param name="LateTrades">How many late trades it took in.</param>
/// <param name="Offsets">The batch that did it; null for revisions from before that was kept.</param>
/// <param name="Open">First price.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Last price.</param>
/// <param name="Volume">Sum of sizes.</param>
/// <param name="TradeCount">Number of trades.</param>
public sealed record CandleRevision(
    long Revision, string Cause, DateTimeOffset RecordedAt, long LateTrades, BronzeRange? Offsets,
    decimal Open, decimal High, decimal Low, decimal Close, decimal Volume, long TradeCount);
