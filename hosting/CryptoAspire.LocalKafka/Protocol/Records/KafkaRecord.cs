namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>One record of a batch. Key, value and headers are slices of the batch's memory.</summary>
/// <param name="Timestamp">Unix milliseconds: the client's, or the broker's where the batch says so.</param>
public readonly record struct KafkaRecord(
    long Offset,
    long Timestamp,
    ReadOnlyMemory<byte>? Key,
    ReadOnlyMemory<byte>? Value,
    IReadOnlyList<RecordHeader> Headers);
