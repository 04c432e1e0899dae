using CryptoAspire.Storage.History;

namespace CryptoAspire.Producer.History.Import;

/// <summary>One row of a file: a candle, a refused row, or (neither) one that says that nothing was traded.</summary>
/// <param name="Line">Where it stands: the line of a text, the element of a JSON array; from 1.</param>
internal readonly record struct HistoryRow(long Line, HistoryBar? Bar, Rejection? Rejection = null);
