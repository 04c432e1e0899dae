namespace CryptoAspire.Producer.Venues;

/// <summary>The venue's word that a product's trades have come as far as this id (a heartbeat, an aggregate, a candle).</summary>
public readonly record struct TradePromise(string InstrumentId, long LastTradeId);
