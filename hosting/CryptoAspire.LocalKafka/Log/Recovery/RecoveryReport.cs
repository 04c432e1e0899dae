using System.Globalization;
using System.Text;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>What opening the data directory found and did.</summary>
public sealed record RecoveryReport
{
    /// <summary>There was no data: the directory was initialised.</summary>
    public bool Fresh { get; init; }

    /// <summary>The last broker shut down cleanly, so that nothing was scanned.</summary>
    public bool Clean { get; init; }

    /// <summary>Topics opened.</summary>
    public int Topics { get; init; }

    /// <summary>Partitions opened.</summary>
    public int Partitions { get; init; }

    /// <summary>Segments found.</summary>
    public int Segments { get; init; }

    /// <summary>Bytes of log in all segments, after truncation.</summary>
    public long LogBytes { get; init; }

    /// <summary>Bytes of log walked batch by batch.</summary>
    public long BytesScanned { get; init; }

    /// <summary>Bytes cut off at torn or corrupt batches, whole segments behind them included.</summary>
    public long BytesTruncated { get; init; }

    /// <summary>Segments whose offset, time or transaction index was absent or inconsistent and was rebuilt.</summary>
    public int RebuiltIndexes { get; init; }

    /// <summary>Transactions without a marker.</summary>
    public int OpenTransactions { get; init; }

    /// <summary>Time it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>One line for each thing that was wrong and what was done about it.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>One line for people.</summary>
    public override string ToString()
    {
        if (Fresh)
            return "new data directory";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{(Clean ? "clean shutdown" : "unclean shutdown")}, {Topics} topics, {Partitions} partitions, {LogBytes / 1048576.0:0.0} MiB");
        if (BytesScanned > 0)
            text.Append(CultureInfo.InvariantCulture, $", scanned {BytesScanned / 1048576.0:0.0} MiB");
        if (BytesTruncated > 0)
            text.Append(CultureInfo.InvariantCulture, $", truncated {BytesTruncated} bytes");
        if (RebuiltIndexes > 0)
            text.Append(CultureInfo.InvariantCulture, $", rebuilt indexes of {RebuiltIndexes} segments");
        if (OpenTransactions > 0)
            text.Append(CultureInfo.InvariantCulture, $", {OpenTransactions} open transactions");
        text.Append(CultureInfo.InvariantCulture, $", in {Duration.TotalMilliseconds:0} ms");
        return text.ToString();
    }
}
