using CryptoAspire.Market;

namespace CryptoAspire.Dashboard.Live;

/// <summary>One trade in the Symbol page's list.</summary>
/// <param name="Id">The venue's trade id.</param>
/// <param name="Time">Event time, Unix milliseconds.</param>
/// <param name="Price">Quote asset.</param>
/// <param name="Size">Base asset.</param>
/// <param name="Side">The taker's: <c>buy</c> or <c>sell</c>.</param>
/// <param name="Venue">Without a suffix.</param>
public sealed record TradeLine(long Id, long Time, decimal Price, decimal Size, string Side, string Venue)
{
    public static TradeLine Of(long tradeId, long eventTimeUs, decimal price, decimal size, Side side, string source) =>
        new(tradeId, eventTimeUs / 1000, price, size, side == Market.Side.Buy ? "buy" : "sell", Market.Venue.OfSource(source).Name);
}
