using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Venues.Binance;
using CryptoAspire.Producer.Venues.Coinbase;
using CryptoAspire.Producer.Venues.CoinbaseAdvanced;
using CryptoAspire.Producer.Venues.CoinbaseSpot;
using CryptoAspire.Producer.Venues.CoinGecko;
using CryptoAspire.Producer.Venues.FearGreed;
using CryptoAspire.Producer.Venues.Gemini;
using CryptoAspire.Producer.Venues.Kraken;
using CryptoAspire.Producer.Venues.News;

namespace CryptoAspire.Producer.Venues;

/// <summary>All exchanges that the producer can read. A new one is a folder beside this file and a line in it.</summary>
internal static class VenueCatalog
{
    public static readonly IReadOnlyList<VenueEntry> All =
    [
        new("coinbase", "USD", new VenueAddresses(CoinbaseVenue.LiveSocket, CoinbaseVenue.LiveRest), CoinbaseVenue.Limit, "ws", "time", (rest, socket) => new CoinbaseVenue(rest, socket)),
        new("binance", "USDT", new VenueAddresses(BinanceVenue.LiveSocket, BinanceVenue.LiveRest), BinanceVenue.Limit, "stream", "api/v3/ping", (rest, socket) => new BinanceVenue(rest, socket)),
        new("binance-agg", "USDT", new VenueAddresses(BinanceVenue.LiveSocket, BinanceVenue.LiveRest), BinanceVenue.Limit, "stream", "api/v3/ping", (rest, socket) => new BinanceVenue(rest, socket, aggregates: true)),
        new("kraken", "USD", new VenueAddresses(KrakenVenue.LiveSocket, KrakenVenue.LiveRest), KrakenVenue.Limit, "ws", "0/public/Time", (rest, socket) => new KrakenVenue(rest, socket)),
        new("gemini", "USD", new VenueAddresses(GeminiVenue.LiveSocket, GeminiRest.LiveAddress), GeminiRest.Limit, "v2/marketdata", "v1/symbols", GeminiRest.Connect),
        new("coinbase-advanced", "USD", new VenueAddresses(CoinbaseAdvancedVenue.LiveSocket, CoinbaseAdvancedVenue.LiveRest), CoinbaseAdvancedVenue.Limit, "ws", "api/v3/brokerage/time",
            (rest, socket) => new CoinbaseAdvancedVenue(rest, socket)),
    ];

    /// <summary>Pairs of names that print the same trades under two names: read together they would count twice in all venues together.</summary>
    public static readonly IReadOnlyList<(string One, string Other)> SameTrades = [("coinbase", "coinbase-advanced"), ("binance", "binance-agg")];

    /// <summary>Sources that are polled, read when <c>Feeds:Venues</c> names them.</summary>
    public static readonly IReadOnlyList<PolledEntry> Polled =
    [
        new(CoinbaseSpotSource.SourceName, CoinbaseSpotSource.LiveRest, CoinbaseSpotSource.Limit, context => new CoinbaseSpotSource(context.Rest, context.RestOf("coinbase"), context.Tracked, context.Clock)),
        new(CoinGeckoSource.SourceName, CoinGeckoSource.LiveRest, CoinGeckoSource.Limit, context => new CoinGeckoSource(context.Rest, context.Configuration[CoinGeckoSource.KeySetting], context.Clock)) { IsRecorded = false },
        new(FearGreedSource.SourceName, FearGreedSource.LiveRest, FearGreedSource.Limit, context => new FearGreedSource(context.Rest, context.Clock)) { IsRecorded = false },
        .. NewsFeed.All.Select(feed => new PolledEntry(feed.Name, feed.LiveRest, RssSource.Limit, context => new RssSource(feed, context.Rest, context.Clock)) { IsRecorded = false }),
        new(NewsApiSource.SourceName, NewsApiSource.LiveRest, NewsApiSource.Limit, context => new NewsApiSource(context.Rest, context.Configuration[NewsApiSource.KeySetting]!, context.Clock))
        {
            Needs = NewsApiSource.KeySetting,
            IsRecorded = false,
        },
    ];

    /// <summary>The names that <c>Feeds:Venues</c> may hold.</summary>
    public static IEnumerable<string> Names => All.Select(v => v.Name).Concat(Polled.Select(p => p.Name));

    /// <summary>What is read when nothing is said: one feed of each exchange, and what is told about the market (NewsAPI needs a key).</summary>
    public static readonly IReadOnlyList<string> Usual = ["coinbase", "binance", "kraken", "gemini", CoinGeckoSource.SourceName, FearGreedSource.SourceName, .. NewsFeed.All.Select(f => f.Name), NewsApiSource.SourceName];

    public static VenueEntry? Find(string name) => All.FirstOrDefault(v => v.Name == name);
}
