namespace CryptoAspire.Storage.Queries;

/// <summary>A Bronze record that was refused: the bytes as they came, and why.</summary>
/// <param name="Id">Rises with each record.</param>
/// <param name="QuarantinedAt">When it was refused.</param>
/// <param name="Topic">Where it came from.</param>
/// <param name="KafkaPartition">Its partition.</param>
/// <param name="KafkaOffset">Its offset.</param>
/// <param name="Reason">Why.</param>
/// <param name="Key">Its Kafka key.</param>
/// <param name="Value">Its Kafka value.</param>
/// <param name="ReinjectedAt">When it was sent to its topic again; null when it was not.</param>
/// <param name="ReinjectedBy">Who asked for that.</param>
/// <param name="ReinjectedPartition">Partition that it went to.</param>
/// <param name="ReinjectedOffset">Offset that it has there.</param>
/// <param name="Mended">Whether it went with another value than the one that was refused.</param>
public sealed record QuarantinedRecord(
    long Id, DateTimeOffset QuarantinedAt, string Topic, int KafkaPartition, long KafkaOffset, string Reason, byte[]? Key, byte[]? Value,
    DateTimeOffset? ReinjectedAt = null, string? ReinjectedBy = null, int? ReinjectedPartition = null, long? ReinjectedOffset = null, bool Mended = false)
{
    /// <summary>Whether both are the same record, whatever has become of it meanwhile: a table that shows it keeps its row, with the focus in it.</summary>
    public bool Equals(QuarantinedRecord? other) => other?.Id == Id;

    public override int GetHashCode() => Id.GetHashCode();
}
