using System.Net;
using CryptoAspire.Market.Context;
using CryptoAspire.MarketSimulator.Faults;
using CryptoAspire.Producer.Rest;
using CryptoAspire.Producer.Tests.Simulator;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Producer.Venues.CoinGecko;
using CryptoAspire.Producer.Venues.FearGreed;
using CryptoAspire.Producer.Venues.News;

namespace CryptoAspire.Producer.Tests.Context;

/// <summary>Every polled source of market data, sentiment and news against the simulator's protocol.</summary>
public sealed class SimulatedContextTests : IAsyncLifetime
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All });
    private readonly ContextOutlet outlet = new();
    private SimulatorUnderTest simulator = null!;

    public async Task InitializeAsync() => simulator = await SimulatorUnderTest.StartAsync();

    public async Task DisposeAsync()
    {
        http.Dispose();
        await simulator.DisposeAsync();
    }

    [Fact]
    public async Task CoinGecko_tells_of_ten_coins_once_for_each_update()
    {
        var source = new CoinGeckoSource(Rest("coingecko", CoinGeckoSource.Limit), null, TimeProvider.System);

        await source.PollAsync(outlet, default);
        var first = outlet.All<MarketData>();
        await source.PollAsync(outlet, default);

        Assert.Equal(CoinGeckoSource.Coins.Order(), first.Select(m => m.Coin).Order());
        Assert.All(first, m => Assert.True(m is { Price: > 0, MarketCap: > 0, Volume24h: > 0, CirculatingSupply: > 0, ChangePercent24h: not null, Source: "test-sim" } && m.High24h >= m.Price && m.Low24h <= m.Price, m.ToString()));
        Assert.Equal("BTC", first.Single(m => m.Rank == 1).Asset);
        Assert.Equal(outlet.All<MarketData>().Count, outlet.All<MarketData>().Select(m => (m.Coin, m.UpdatedAt)).Distinct().Count());
    }

    [Fact]
    public async Task Fear_and_greed_brings_a_month_at_the_start_and_then_what_is_new()
    {
        var source = new FearGreedSource(Rest("fear-greed", FearGreedSource.Limit), TimeProvider.System);

        await source.PollAsync(outlet, default);
        Assert.Equal(31, outlet.All<Sentiment>().Select(s => s.Day).Distinct().Count());
        await source.PollAsync(outlet, default);

        Assert.InRange(outlet.Records.Count, 31, 32);   // midnight may pass
        Assert.True(outlet.All<Sentiment>().Select(s => s.Value).Distinct().Count() > 5);
        Assert.All(outlet.All<Sentiment>(), s => Assert.InRange(s.Value, 0, 100));
    }

    [Fact]
    public async Task Every_publishers_feed_is_read_as_plain_text_with_the_assets_it_mentions()
    {
        foreach (var feed in NewsFeed.All) await new RssSource(feed, Rest(feed.Name, RssSource.Limit), TimeProvider.System).PollAsync(outlet, default);

        var news = outlet.All<News>();
        Assert.Empty(outlet.Rejections);
        Assert.Equal(["Bitcoin Magazine", "CoinDesk", "Cointelegraph", "Decrypt"], news.Select(n => n.Publisher).Distinct().Order());
        Assert.Equal(100, news.Select(n => n.Id).Distinct().Count());
        Assert.All(news, n => Assert.True(n.Assets.Count > 0 && n.Author == "The Simulator" && !n.Title.Contains("&amp;", StringComparison.Ordinal), n.ToString()));
        Assert.All(news, n => Assert.StartsWith("A made-up article", n.Summary));
    }

    [Fact]
    public async Task NewsAPI_leaves_out_what_was_withdrawn_and_says_why_a_key_is_refused()
    {
        await new NewsApiSource(Rest("newsapi", NewsApiSource.Limit), "some key", TimeProvider.System).PollAsync(outlet, default);
        Assert.Equal(99, outlet.All<News>().Count);
        Assert.Empty(outlet.Rejections);

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => new NewsApiSource(Rest("newsapi", NewsApiSource.Limit), "invalid", TimeProvider.System).PollAsync(outlet, default));
        Assert.Contains("apiKeyInvalid", refused.Message);
    }

    [Fact]
    public async Task A_429_is_obeyed_and_a_zip_bomb_refused_by_every_source()
    {
        simulator.Faults.Start(FaultKind.RateLimit, "*", TimeSpan.FromMinutes(5), 1, 0);
        foreach (var source in Sources())
        {
            var refused = await Assert.ThrowsAsync<HttpRequestException>(() => source.PollAsync(outlet, default));
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Contains("no request allowed", (await Assert.ThrowsAsync<HttpRequestException>(() => source.PollAsync(outlet, default))).Message);
        }

        simulator.Faults.Clear();
        simulator.Faults.Start(FaultKind.ZipBomb, "*", TimeSpan.FromMinutes(5), 1, 0);
        foreach (var source in Sources())
            Assert.Contains("more than", (await Assert.ThrowsAsync<HttpRequestException>(() => source.PollAsync(outlet, default))).Message);
        Assert.Empty(outlet.Records);
    }

    private List<IPolledSource> Sources() =>
    [
        new CoinGeckoSource(Rest("coingecko", CoinGeckoSource.Limit), null, TimeProvider.System), new FearGreedSource(Rest("fear-greed", FearGreedSource.Limit), TimeProvider.System),
        new NewsApiSource(Rest("newsapi", NewsApiSource.Limit), "key", TimeProvider.System), new RssSource(NewsFeed.All[0], Rest("coindesk", RssSource.Limit), TimeProvider.System),
    ];

    private VenueRest Rest(string name, RestLimit limit) => new(http, new Uri(simulator.Address, name + "/"), new RequestBudget(name, limit, TimeProvider.System), limit, TimeProvider.System);
}
