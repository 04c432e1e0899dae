namespace CryptoAspire.Storage.Context;

/// <summary>A record of market data, sentiment or news that goes to quarantine: the bytes as they came, and why.</summary>
public sealed record RefusedContext(string Topic, int Partition, long Offset, string Reason, byte[]? Key, byte[]? Value);
