namespace CryptoAspire.Producer.History.Import;

/// <summary>A file's rows in its own order.</summary>
internal interface IHistoryRows
{
    /// <summary>Reads the next row; false at the end.</summary>
    /// <exception cref="ImportException">From here on the file is not what it began as.</exception>
    bool Next(out HistoryRow row);
}
