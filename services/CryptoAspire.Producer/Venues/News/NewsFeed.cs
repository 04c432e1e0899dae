namespace CryptoAspire.Producer.Venues.News;

/// <summary>A publisher's RSS feed.</summary>
/// <param name="Name">As in <c>Feeds:Venues</c> and <c>source</c>.</param>
/// <param name="Publisher">For people.</param>
/// <param name="Path">Relative to the address.</param>
internal sealed record NewsFeed(string Name, string Publisher, Uri LiveRest, string Path)
{
    public static readonly IReadOnlyList<NewsFeed> All =
    [
        new("coindesk", "CoinDesk", new Uri("https://www.coindesk.com/"), "arc/outboundfeeds/rss/"),
        new("cointelegraph", "Cointelegraph", new Uri("https://cointelegraph.com/"), "rss"),
        new("decrypt", "Decrypt", new Uri("https://decrypt.co/"), "feed"),
        new("bitcoin-magazine", "Bitcoin Magazine", new Uri("https://bitcoinmagazine.com/"), "feed"),
    ];
}
