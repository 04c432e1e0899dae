using CryptoAspire.Market;

namespace CryptoAspire.Producer.History.Import.Shapes;

/// <summary>How to read a file that was recognised, and what its content says of itself.</summary>
/// <param name="Open">Reads rows from a stream of the file; with true from a beginning that is cut off.</param>
internal sealed record HistoryLayout(Func<Stream, bool, IHistoryRows> Open)
{
    public Symbol? Symbol { get; init; }

    public string? Venue { get; init; }

    public Interval? Interval { get; init; }

    /// <summary>The rows are single trades.</summary>
    public bool IsTrades { get; init; }
}
