namespace CryptoAspire.Storage.Queries;

/// <summary>One row of <c>stream_offset</c>: what Silver has of one Kafka partition.</summary>
/// <param name="Topic">Kafka topic.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="NextOffset">First offset not yet in Silver.</param>
/// <param name="Consumed">Records read.</param>
/// <param name="Rows">Of these: new ones, now in Silver.</param>
/// <param name="Duplicates">Of these: known already.</param>
/// <param name="Quarantined">Of these: refused, kept in the quarantine.</param>
/// <param name="Skipped">Offsets that no record came for.</param>
/// <param name="UpdatedAt">Last commit.</param>
public sealed record PartitionLedger(
    string Topic, int Partition, long NextOffset, long Consumed, long Rows, long Duplicates, long Quarantined, long Skipped, DateTimeOffset UpdatedAt)
{
    /// <summary>Whether every record that was read went somewhere.</summary>
    public bool Balances => Consumed == Rows + Duplicates + Quarantined;
}
