namespace CryptoAspire.Storage.Silver;

/// <summary>A Bronze record that goes to quarantine: the bytes as they came, and why.</summary>
public sealed record RefusedRecord(long Offset, string Reason, byte[]? Key, byte[]? Value);
