namespace CryptoAspire.Storage.History;

/// <summary>What there is of a range already, in minutes.</summary>
/// <param name="Minutes">Of the range.</param>
/// <param name="Live">That have a live candle.</param>
/// <param name="History">That have a candle of history, of any origin.</param>
/// <param name="Missing">That have neither; minutes in which nothing was traded among them.</param>
public sealed record HistoryPreview(long Minutes, long Live, long History, long Missing);
