namespace CryptoAspire.LocalKafka.Log;

/// <summary>An aborted transaction as Fetch lists it: the reader drops the producer's records from here to the next abort marker of that producer.</summary>
/// <param name="ProducerId">The producer.</param>
/// <param name="FirstOffset">Offset of its first record in this partition.</param>
public readonly record struct AbortedTransaction(long ProducerId, long FirstOffset);
