namespace CryptoAspire.Producer.Venues;

/// <summary>Whether a product trades at the moment, as the venue announces it.</summary>
/// <param name="Reason">The venue's word: online, delisted, cancel_only …</param>
public readonly record struct InstrumentState(string InstrumentId, bool Trades, string Reason);
