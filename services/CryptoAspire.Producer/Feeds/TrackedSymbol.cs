using CryptoAspire.Market;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// One wish: a coin in each venue's main dollar currency (<c>BTC</c>, <c>bitcoin</c>, <c>XBT</c>), or one pair where it is listed, in any spelling
/// (<c>ETH-BTC</c>, <c>ETHBTC</c>, <c>XBT/USD</c>).
/// </summary>
/// <param name="Venue">A venue's name, or <c>*</c> for all.</param>
public sealed record TrackedSymbol(string Name, string Venue = Market.Venue.All)
{
    /// <summary>Whether this wish means that product of that venue.</summary>
    /// <param name="dollar">The venue's main dollar currency.</param>
    public bool Means(string venue, Symbol symbol, string dollar)
    {
        if (Venue != Market.Venue.All && Venue != venue) return false;
        // Of bitcoin and BTC the venue's main market is meant. What reads as a pair may be an asset of that name (WBTC): the product list decides.
        var asset = CoinNames.TryFind(Name, out var coin) ? coin : Symbol.CommonName(Name.ToUpperInvariant());
        if (symbol.Base == asset) return symbol.Quote == dollar;
        return coin is null && (Symbol.TryParse(Name, out var pair) && pair == symbol || Name.Equals(symbol.Base + symbol.Quote, StringComparison.OrdinalIgnoreCase));
    }
}
