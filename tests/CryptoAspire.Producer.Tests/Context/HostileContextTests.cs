using System.Globalization;
using System.Text;
using CryptoAspire.Market.Context;
using CryptoAspire.Producer.Rest;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Producer.Venues.CoinGecko;
using CryptoAspire.Producer.Venues.FearGreed;
using CryptoAspire.Producer.Venues.News;
using CryptoAspire.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CryptoAspire.Producer.Tests.Context;

/// <summary>What a source may say that it should not: refused with a reason, the rest of the answer still used.</summary>
public sealed class HostileContextTests : IAsyncLifetime
{
    private const string GoodCoin = """{"id":"bitcoin","symbol":"btc","name":"Bitcoin","current_price":70187,"market_cap":1381651251183,"market_cap_rank":1,"total_volume":20154184933,"price_change_percentage_24h":-3.1e0,"last_updated":"2024-04-07T16:49:31.736Z"}""";

    private readonly HttpClient http = new();
    private readonly ContextOutlet outlet = new();
    private WebApplication server = null!;
    private string body = "";
    private int requests, unchanged;

    [Theory]
    [InlineData("\"current_price\":1e400", "current_price is '1e400'")]
    [InlineData("\"current_price\":\"NaN\"", "current_price is 'NaN'")]
    [InlineData("\"current_price\":-1", "current_price is '-1'")]
    [InlineData("\"current_price\":0", "current_price is '0'")]
    [InlineData("\"current_price\":null", "current_price")]
    [InlineData("\"current_price\":1,\"market_cap\":\"much\"", "market_cap is 'much'")]
    [InlineData("\"current_price\":1,\"last_updated\":\"2099-01-01T00:00:00Z\"", "expected a time that is not in the future")]
    public async Task A_coin_with_an_impossible_value_is_rejected_alone(string fields, string reason)
    {
        body = $$"""[{"id":"ethereum","symbol":"eth","name":"Ethereum","last_updated":"2024-04-07T16:49:31Z",{{fields}}},{{GoodCoin}},7]""";

        await new CoinGeckoSource(Rest(), null, TimeProvider.System).PollAsync(outlet, default);

        var coin = Assert.Single(outlet.All<MarketData>());
        Assert.Equal(("bitcoin", 70187m, -3.1m, 1), (coin.Coin, coin.Price, coin.ChangePercent24h!.Value, coin.Rank!.Value));
        Assert.Equal(2, outlet.Rejections.Count);
        Assert.Contains(reason, outlet.Rejections[0]);
    }

    [Theory]
    [InlineData("[{\"id\":\"bitcoin\",\"current_price\":NaN}]", "not JSON")]
    [InlineData("{\"error\":\"coin not found\"}", "documented shape")]
    [InlineData("<html>maintenance</html>", "not JSON")]
    [InlineData("", "not JSON")]
    public async Task An_answer_that_is_none_is_rejected_whole_and_is_a_failure_of_the_source(string answer, string reason)
    {
        body = answer;

        Assert.Contains(reason, (await Assert.ThrowsAsync<HttpRequestException>(() => new CoinGeckoSource(Rest(), null, TimeProvider.System).PollAsync(outlet, default))).Message);

        Assert.Contains(reason, Assert.Single(outlet.Rejections));
    }

    [Fact]
    public async Task Ten_megabytes_are_refused_by_every_source()
    {
        body = $"[\"{new string('x', 10 << 20)}\"]";

        foreach (var source in new IPolledSource[] { new CoinGeckoSource(Rest(), null, TimeProvider.System), new FearGreedSource(Rest(), TimeProvider.System), new NewsApiSource(Rest(), "key", TimeProvider.System), Rss() })
            Assert.Contains("more than", (await Assert.ThrowsAsync<HttpRequestException>(() => source.PollAsync(outlet, default))).Message);
    }

    [Fact]
    public async Task An_impossible_day_of_sentiment_is_rejected_alone()
    {
        body = """{"data":[{"value":"101","value_classification":"Greed","timestamp":"1788825600"},{"value":"1e400","value_classification":"Greed","timestamp":"1788825600"},{"value":"5","value_classification":"Fear","timestamp":"4000000000"},{"value":"69","value_classification":"<b>Greed</b>","timestamp":"1517443200"}]}""";

        await new FearGreedSource(Rest(), TimeProvider.System).PollAsync(outlet, default);

        var day = Assert.Single(outlet.All<Sentiment>());
        Assert.Equal((new DateOnly(2018, 2, 1), 69, "Greed"), (day.Day, day.Value, day.Classification));
        Assert.Equal(3, outlet.Rejections.Count);
    }

    [Theory]
    [InlineData("<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><rss version=\"2.0\"><channel><title>&c;</title></channel></rss>")]
    [InlineData("<!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><rss version=\"2.0\"><channel><title>&x;</title></channel></rss>")]
    [InlineData("<!DOCTYPE rss SYSTEM \"http://127.0.0.1/evil.dtd\"><rss version=\"2.0\"><channel/></rss>")]
    [InlineData("<rss version=\"2.0\"><channel><item>")]
    [InlineData("not xml")]
    public async Task Document_types_entities_and_broken_XML_are_refused(string feed)
    {
        body = feed;

        await Assert.ThrowsAsync<HttpRequestException>(() => Rss().PollAsync(outlet, default));

        Assert.StartsWith("not a feed", Assert.Single(outlet.Rejections));
        Assert.Empty(outlet.Records);
    }

    [Fact]
    public async Task Scripts_and_mark_up_vanish_from_titles_and_links_that_are_none_are_rejected()
    {
        body = Feed(
            Item("<![CDATA[<script>alert(1)</script>Bitcoin <b>climbs</b> &amp; falls <img src=x onerror=alert(2)>]]>", "https://news.example/a?utm_source=rss", "Fri, 25 Sep 2020 14:41:53 GMT"),
            Item("Evil", "javascript:alert(1)", "Fri, 25 Sep 2020 14:41:53 GMT"),
            Item("From the future", "https://news.example/b", DateTimeOffset.UtcNow.AddDays(2).ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)),
            Item("No such date", "https://news.example/c", "yesterday"),
            Item("<![CDATA[<script>only()</script>]]>", "https://news.example/d", "Fri, 25 Sep 2020 14:41:53 EST"),
            Item($"<![CDATA[{string.Concat(Enumerable.Repeat("<b><div>", 5_000))}deep]]>", "https://news.example/e", "Fri, 25 Sep 2020 14:41:53 EST"),
            Item("Solana again", "https://www.news.example/f/", "Fri, 25 Sep 2020 14:41:53 EST"),
            Item("Solana again", "https://news.example/f#comments", "Fri, 25 Sep 2020 14:41:53 EST"));

        await Rss().PollAsync(outlet, default);

        Assert.Equal(["Bitcoin climbs & falls", "Solana again"], outlet.All<News>().Select(n => n.Title).Distinct());
        Assert.Equal(2, outlet.All<News>().Select(n => n.Id).Distinct().Count());
        Assert.Equal(["BTC"], outlet.All<News>()[0].Assets);
        Assert.Equal(5, outlet.Rejections.Count);
        Assert.Contains(outlet.Rejections, r => r.Contains("javascript:alert(1)", StringComparison.Ordinal));
        Assert.Contains(outlet.Rejections, r => r.Contains("in the future", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_feed_that_has_not_changed_costs_no_body_and_an_edited_article_comes_again_under_its_id()
    {
        var clock = new SkippingClock();
        var source = new RssSource(NewsFeed.All[0], Rest(clock), clock);
        body = Feed(Item("Ether moves", "https://news.example/a", "Fri, 25 Sep 2020 14:41:53 GMT"));
        await source.PollAsync(outlet, default);
        clock.Skip(TimeSpan.FromMinutes(5));
        await source.PollAsync(outlet, default);
        Assert.Equal((2, 1, 1), (requests, unchanged, outlet.Records.Count));

        body = Feed(Item("Ether moves, corrected", "https://news.example/a", "Fri, 25 Sep 2020 14:41:53 GMT"));
        clock.Skip(TimeSpan.FromMinutes(5));
        await source.PollAsync(outlet, default);

        Assert.Equal(["Ether moves", "Ether moves, corrected"], outlet.All<News>().Select(n => n.Title));
        Assert.Single(outlet.All<News>().Select(n => n.Id).Distinct());
    }

    [SharedDataFact("news/coindesk_rss_20260925.xml", "sentiment/fng_limit2_20260908.json", "coingecko/GetMarkets.txt")]
    public async Task CoinDesks_and_the_other_recorded_answers_are_read_whole()
    {
        body = File.ReadAllText(SharedData.File("news/coindesk_rss_20260925.xml"));
        await new RssSource(NewsFeed.All[0], Rest(), new SkippingClock(new DateTimeOffset(2026, 9, 26, 0, 0, 0, TimeSpan.Zero))).PollAsync(outlet, default);
        Assert.Equal(3, outlet.All<News>().Count);
        var heist = outlet.All<News>().Single(n => n.Title == "Circle and Tether step in to freeze hacker wallet after massive Bitget crypto heist");
        Assert.Equal(("Oliver Knight", new DateTimeOffset(2026, 9, 25, 14, 41, 53, TimeSpan.Zero)), (heist.Author, heist.PublishedAt));
        Assert.Equal(["ETH", "USDC", "USDT"], heist.Assets);

        body = File.ReadAllText(SharedData.File("sentiment/fng_limit2_20260908.json"));
        await new FearGreedSource(Rest(), new SkippingClock(new DateTimeOffset(2026, 9, 26, 0, 0, 0, TimeSpan.Zero))).PollAsync(outlet, default);
        Assert.Equal([69, 71], outlet.All<Sentiment>().Select(s => s.Value));

        body = string.Join('\n', File.ReadAllLines(SharedData.File("coingecko/GetMarkets.txt")).Skip(3));
        await new CoinGeckoSource(Rest(), null, TimeProvider.System).PollAsync(outlet, default);
        Assert.Equal((70187m, 1381651251183m, 3.12502m), (outlet.All<MarketData>()[0].Price, outlet.All<MarketData>()[0].MarketCap, outlet.All<MarketData>()[0].ChangePercent24h));
        Assert.Empty(outlet.Rejections);
    }

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{FreePort.Next()}").UseShutdownTimeout(TimeSpan.FromMilliseconds(100));
        server = builder.Build();
        server.MapFallback((HttpContext context) =>
        {
            requests++;
            var tag = $"\"{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(body)).AsSpan(0, 8))}\"";
            context.Response.Headers.ETag = tag;
            if (context.Request.Headers.IfNoneMatch != tag) return Results.Text(body);
            unchanged++;
            return Results.StatusCode(304);
        });
        await server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        http.Dispose();
        await server.StopAsync();
        await server.DisposeAsync();
    }

    private RssSource Rss() => new(NewsFeed.All[0], Rest(), TimeProvider.System);

    private VenueRest Rest(TimeProvider? clock = null)
    {
        var limit = new RestLimit(100, 100);
        return new(http, new Uri(server.Urls.Single() + "/"), new RequestBudget("context", limit, TimeProvider.System), limit, clock ?? TimeProvider.System);
    }

    private static string Feed(params string[] items) => $"<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title><link>https://news.example</link><description>d</description>{string.Concat(items)}</channel></rss>";

    private static string Item(string title, string link, string date) => $"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate><description>d</description></item>";

    /// <summary>A clock that jumps.</summary>
    private sealed class SkippingClock(DateTimeOffset? start = null) : TimeProvider
    {
        private TimeSpan skipped = (start ?? DateTimeOffset.UtcNow) - DateTimeOffset.UtcNow;

        public void Skip(TimeSpan time) => skipped += time;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + skipped;

        public override long GetTimestamp() => System.GetTimestamp() + (long)(skipped.TotalSeconds * TimestampFrequency);
    }
}
