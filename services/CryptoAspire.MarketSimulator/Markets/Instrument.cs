namespace CryptoAspire.MarketSimulator.Markets;

/// <summary>One product of one venue, as the venue names it.</summary>
/// <param name="Venue">One of <see cref="VenueNames"/>.</param>
/// <param name="Id">The venue's own product id: <c>BTC-USD</c> at Coinbase, <c>BTCUSDT</c> at Binance.</param>
/// <param name="Base">Asset that is bought and sold.</param>
/// <param name="Quote">Currency that the price is in.</param>
/// <param name="PriceTick">Smallest price step, in <paramref name="Quote"/>.</param>
/// <param name="SizeStep">Smallest size step, in <paramref name="Base"/>.</param>
public sealed record Instrument(string Venue, string Id, string Base, string Quote, decimal PriceTick, decimal SizeStep)
{
    /// <summary>Its trades were recorded: their ids are the venue's own, with the venue's holes.</summary>
    public bool IsRecorded { get; init; }
}
