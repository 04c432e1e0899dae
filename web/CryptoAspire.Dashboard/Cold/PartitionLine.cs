using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Dashboard.Cold;

/// <summary>One Kafka partition: what Silver has of it, and where it ends.</summary>
/// <param name="Ledger">The fence row and its newest check.</param>
/// <param name="End">The offset after its newest record; null while unknown.</param>
public sealed record PartitionLine(LedgerEntry Ledger, long? End)
{
    public int Partition => Ledger.Partition;

    /// <summary>Records not yet in Silver.</summary>
    public long? Lag => End is { } end ? Math.Max(0, end - Ledger.NextOffset) : null;

    /// <summary>Whether every record that was read went somewhere, by the counters and by the newest count of the rows themselves.</summary>
    public bool Balances => Ledger.Consumed == Ledger.Rows + Ledger.Duplicates + Ledger.Quarantined && Ledger.Balanced != false;
}
