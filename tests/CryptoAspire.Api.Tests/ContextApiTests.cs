using System.Net;
using CryptoAspire.Market.Context;
using CryptoAspire.Storage.Context;

namespace CryptoAspire.Api.Tests;

public sealed class ContextApiTests(ApiSite api) : IClassFixture<ApiSite>, IAsyncLifetime
{
    private static readonly DateTimeOffset Then = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public Task InitializeAsync() => new ContextWriter(api.Database).WriteAsync(
        [
            Coin("bitcoin", "BTC", 70_000m, 1_400_000_000_000m, Then), Coin("bitcoin", "BTC", 70_187.5m, 1_410_000_000_000m, Then.AddMinutes(1)), Coin("cardano", "ADA", 0.35m, null, Then),
            Day(1, 30), Day(2, 40), Day(3, 50),
            Article("a", Then, "BTC", "ETH"), Article("b", Then.AddHours(1), "ETH"), Article("c", Then.AddHours(2)),
        ], [], default);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Market_data_is_the_newest_of_each_coin_the_largest_first()
    {
        var coins = (await api.GetAsync("/api/v1/market-data")).GetProperty("coins").EnumerateArray().ToList();

        Assert.Equal(["BTC 70187.5", "ADA 0.35"], coins.Select(c => $"{c.GetProperty("asset").GetString()} {c.GetProperty("price").GetString()}"));
        Assert.Equal("1410000000000", coins[0].GetProperty("marketCap").GetString());
        Assert.Equal("coingecko-sim", coins[0].GetProperty("source").GetString());
    }

    [Fact]
    public async Task Sentiment_is_told_by_day_newest_first()
    {
        var days = (await api.GetAsync("/api/v1/sentiment?limit=2")).GetProperty("days").EnumerateArray();
        Assert.Equal([("2026-01-03", 50), ("2026-01-02", 40)], days.Select(d => (d.GetProperty("day").GetString(), d.GetProperty("value").GetInt32())));
    }

    [Theory]
    [InlineData("", "cba")]
    [InlineData("?limit=2", "cb")]
    [InlineData("?symbol=BTC-USD", "a")]
    [InlineData("?symbol=eth", "ba")]
    [InlineData("?symbol=ethereum&limit=1", "b")]
    [InlineData("?symbol=ADA", "")]
    public async Task News_can_be_limited_to_a_symbol_under_any_spelling(string query, string ids)
    {
        var articles = (await api.GetAsync("/api/v1/news" + query)).GetProperty("articles").EnumerateArray();
        Assert.Equal(ids, string.Concat(articles.Select(a => a.GetProperty("id").GetString())));
    }

    [Theory]
    [InlineData("/api/v1/news?limit=501")]
    [InlineData("/api/v1/news?symbol=no%20symbol")]
    [InlineData("/api/v1/sentiment?limit=0")]
    public async Task What_cannot_be_read_is_refused(string path)
    {
        using var answer = await api.Http.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static MarketData Coin(string coin, string asset, decimal price, decimal? cap, DateTimeOffset updated) =>
        new() { Source = "coingecko-sim", Coin = coin, Asset = asset, Name = coin, Price = price, MarketCap = cap, UpdatedAt = updated };

    private static Sentiment Day(int day, int value) => new() { Source = "fear-greed-sim", Day = new DateOnly(2026, 1, day), Value = value, Classification = "Neutral" };

    private static News Article(string id, DateTimeOffset published, params string[] assets) =>
        new() { Id = id, Source = "decrypt-sim", Publisher = "Decrypt", Title = $"Article {id}", Link = $"https://decrypt.example/{id}", PublishedAt = published, Assets = assets };
}
