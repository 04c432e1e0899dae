namespace CryptoAspire.Storage.Queries;

/// <summary>A Bronze record that was refused: the bytes as they came, and why.</summary>
public sealed record QuarantinedRecord(
    long Id, DateTimeOffset QuarantinedAt, string Topic, int KafkaPartition, long KafkaOffset, string Reason, byte[]? Key, byte[]? Value);
