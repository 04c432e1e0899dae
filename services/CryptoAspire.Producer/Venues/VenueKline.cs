namespace CryptoAspire.Producer.Venues;

/// <summary>A candle as the venue counts it: never data of ours, but a witness to what we counted.</summary>
/// <param name="StartUs">Unix µs.</param>
/// <param name="Trades">How many; null where the venue does not tell.</param>
/// <param name="LastTradeId">Of its newest trade; null where the venue does not tell or there was none.</param>
/// <param name="IsClosed">Its values are final.</param>
public readonly record struct VenueKline(
    string InstrumentId, long StartUs, TimeSpan Length, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume, long? Trades, long? LastTradeId, bool IsClosed);
