namespace CryptoAspire.Storage.History;

/// <summary>What a file's candles changed.</summary>
/// <param name="Candles">How many it has, each start once.</param>
/// <param name="New">That were not there.</param>
/// <param name="Changed">That were there with other values.</param>
/// <param name="Repeated">Rows with the same start and values as an earlier one of the file.</param>
/// <param name="Contradicting">Rows with the same start as an earlier one and other values: refused.</param>
public sealed record LoadResult(long Candles, long New, long Changed, long Repeated, long Contradicting)
{
    /// <summary>Candles that were there already, and are as they were.</summary>
    public long Same => Candles - New - Changed;
}
