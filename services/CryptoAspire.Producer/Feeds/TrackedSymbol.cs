using CryptoAspire.Market;

namespace CryptoAspire.Producer.Feeds;

/// <summary>One wish: a coin in each venue's main dollar currency (<c>BTC</c>), or one pair where it is listed (<c>ETH-BTC</c>).</summary>
/// <param name="Venue">A venue's name, or <c>*</c> for all.</param>
public sealed record TrackedSymbol(string Name, string Venue = Market.Venue.All)
{
    /// <summary>Whether this wish means that product of that venue.</summary>
    /// <param name="dollar">The venue's main dollar currency.</param>
    public bool Means(string venue, Symbol symbol, string dollar) =>
        (Venue == Market.Venue.All || Venue == venue)
        && (Name.Contains('-') ? Name.Equals(symbol.Name, StringComparison.OrdinalIgnoreCase) : symbol.Quote == dollar && Name.Equals(symbol.Base, StringComparison.OrdinalIgnoreCase));
}
