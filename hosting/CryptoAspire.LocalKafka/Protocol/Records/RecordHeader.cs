namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>An application's header of a record.</summary>
public readonly record struct RecordHeader(string Key, ReadOnlyMemory<byte>? Value);
