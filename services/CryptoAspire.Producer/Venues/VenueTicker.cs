namespace CryptoAspire.Producer.Venues;

/// <summary>A ticker as the venue tells it.</summary>
/// <param name="EventTimeUs">Unix µs; 0 where the venue tells no time, for that of receipt.</param>
/// <param name="Volume24h">Base asset, rolling 24 hours.</param>
public readonly record struct VenueTicker(string InstrumentId, long EventTimeUs, decimal Price, decimal? Bid, decimal? Ask, decimal? Volume24h);
