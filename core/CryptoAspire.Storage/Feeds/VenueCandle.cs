using CryptoAspire.Market;

namespace CryptoAspire.Storage.Feeds;

/// <summary>A candle as a venue itself tells it, that ours is compared with.</summary>
/// <param name="Source">As in Silver.</param>
/// <param name="Start">UTC.</param>
/// <param name="Volume">In the base asset.</param>
/// <param name="TradeCount">Null where the venue does not tell.</param>
public sealed record VenueCandle(
    string Source, string Symbol, Interval Interval, DateTimeOffset Start, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume, long? TradeCount);
