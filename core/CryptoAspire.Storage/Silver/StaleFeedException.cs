namespace CryptoAspire.Storage.Silver;

/// <summary>A feed's progress was saved by somebody else since we loaded it; the batch is tried again from a fresh copy.</summary>
public sealed class StaleFeedException(IEnumerable<string> feeds)
    : Exception($"The progress of a feed was changed by another writer; it is one of {string.Join(", ", feeds)}.");
