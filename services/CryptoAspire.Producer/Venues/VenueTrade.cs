using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues;

/// <summary>A trade as the venue tells it, with the units made ours.</summary>
/// <param name="InstrumentId">The venue's product id.</param>
/// <param name="EventTimeUs">When the venue executed it, Unix µs.</param>
/// <param name="Side">The taker's, whatever side the venue prints.</param>
public readonly record struct VenueTrade(string InstrumentId, long TradeId, long EventTimeUs, decimal Price, decimal Size, Side Side);
