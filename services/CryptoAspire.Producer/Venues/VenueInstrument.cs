using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues;

/// <summary>A product under the venue's name (<c>BTCUSDT</c>) and under ours (<c>BTC-USDT</c>).</summary>
public sealed record VenueInstrument(string Id, Symbol Symbol)
{
    /// <summary>The name in the venue's REST interface, where that is another one (<c>XBTUSD</c> for Kraken's <c>BTC/USD</c>).</summary>
    public string RestId { get; init; } = Id;
}
