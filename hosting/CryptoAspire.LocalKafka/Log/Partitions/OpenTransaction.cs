namespace CryptoAspire.LocalKafka.Log;

/// <summary>A transaction that has records but no marker in a partition yet.</summary>
/// <param name="ProducerId">The producer.</param>
/// <param name="ProducerEpoch">Its epoch in this partition.</param>
/// <param name="FirstOffset">Offset of its first record.</param>
public readonly record struct OpenTransaction(long ProducerId, short ProducerEpoch, long FirstOffset);
