namespace CryptoAspire.Storage.Queries;

/// <summary>Offsets [First, Next) of a partition of the topic crypto_prices: the bounds of the batches that hold what is meant.</summary>
public sealed record BronzeRange(int Partition, long First, long Next);
