namespace CryptoAspire.Storage.Silver;

/// <summary>A feed's progress was saved by somebody else since we loaded it; the batch is tried again from a fresh copy.</summary>
public sealed class StaleFeedException(string source, string symbol)
    : Exception($"The progress of {symbol} at {source} was changed by another writer.");
