namespace CryptoAspire.Producer.Tests.EndToEnd;

/// <summary>What Silver holds of one source's symbol.</summary>
internal sealed record SilverSeries(string Source, string Symbol, long Rows, long Trades, long First, long Last)
{
    /// <summary>Every id from the first to the last, once.</summary>
    public bool IsCompleteAndUnique => Rows == Trades && Trades == Last - First + 1;
}
