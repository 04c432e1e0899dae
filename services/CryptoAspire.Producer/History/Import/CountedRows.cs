namespace CryptoAspire.Producer.History.Import;

/// <summary>Counts the rows that are read, and says so now and then.</summary>
/// <param name="said">Told how many there are so far.</param>
internal sealed class CountedRows(IHistoryRows rows, Action<long> said) : IHistoryRows
{
    private const long Often = 8_192;

    public long Read { get; private set; }

    public bool Next(out HistoryRow row)
    {
        if (!rows.Next(out row)) return false;
        if (++Read % Often == 0) said(Read);
        return true;
    }
}
