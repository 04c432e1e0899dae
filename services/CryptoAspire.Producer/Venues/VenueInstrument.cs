using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues;

/// <summary>A product under the venue's name (<c>BTCUSDT</c>) and under ours (<c>BTC-USDT</c>).</summary>
public sealed record VenueInstrument(string Id, Symbol Symbol);
