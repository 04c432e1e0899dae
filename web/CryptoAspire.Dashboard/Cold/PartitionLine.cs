using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Dashboard.Cold;

/// <summary>One Kafka partition: what Silver has of it, and where it ends.</summary>
/// <param name="Ledger">The fence row.</param>
/// <param name="End">The offset after its newest record; null while unknown.</param>
public sealed record PartitionLine(PartitionLedger Ledger, long? End)
{
    public int Partition => Ledger.Partition;

    /// <summary>Records not yet in Silver.</summary>
    public long? Lag => End is { } end ? Math.Max(0, end - Ledger.NextOffset) : null;
}
