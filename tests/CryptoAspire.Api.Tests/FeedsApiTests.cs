using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CryptoAspire.Storage.Feeds;

namespace CryptoAspire.Api.Tests;

public sealed class FeedsApiTests(ApiSite api) : IClassFixture<ApiSite>
{
    [Fact]
    public async Task A_symbol_is_followed_listed_and_left_under_any_spelling()
    {
        var added = await SendAsync(HttpMethod.Post, "/api/v1/symbols", new { symbol = "bitcoin" });
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.Equal("/api/v1/symbols/BTC", added.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, "/api/v1/symbols", new { symbol = "xbt" })).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(HttpMethod.Post, "/api/v1/symbols", new { symbol = "ETH/BTC", venue = "binance" })).StatusCode);

        Assert.Equal([("BTC", "*"), ("ETH-BTC", "binance")], await ListAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, "/api/v1/symbols/btc", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Delete, "/api/v1/symbols/btc", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, "/api/v1/symbols/ETH-BTC?venue=binance", null)).StatusCode);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Nobody_changes_what_is_followed_without_the_key()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Post, "/api/v1/symbols", new { symbol = "SOL" }, key: null)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Delete, "/api/v1/symbols/SOL", null, key: "wrong")).StatusCode);
        Assert.DoesNotContain(("SOL", "*"), await ListAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("BTC USD")]
    [InlineData("drop table")]
    public async Task What_is_no_symbol_is_refused_with_a_remedy(string symbol)
    {
        var answer = await SendAsync(HttpMethod.Post, "/api/v1/symbols", new { symbol });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("symbol", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("field").GetString());
    }

    [Fact]
    public async Task The_feeds_state_and_gaps_are_told()
    {
        var now = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        await new FeedStates(api.Database).WriteAsync(
            [new FeedStateRow
            {
                Source = "kraken", Instance = "host:1", Venue = "kraken", State = "waiting", Since = now, LastProblem = "silent for 8 s", Messages = 5, MessagesPerSecond = 0, Trades = 4, Tickers = 3,
                Duplicates = 0, Rejected = 1, Reconnects = 2, Rotations = 0, Repaired = 0, GapsOpen = 1, GapsFilled = 0, GapsLost = 0, Instruments = ["XBT/USD"], Refused = [],
            }],
            [new FeedGapRow("kraken", "XBT/USD", now, 10, 20, now, null, "open", "503")], default);

        var feeds = await api.GetAsync("/api/v1/feeds");

        var feed = feeds.GetProperty("feeds").EnumerateArray().Single(f => f.GetProperty("source").GetString() == "kraken");
        Assert.Equal(("waiting", "silent for 8 s", 1), (feed.GetProperty("state").GetString(), feed.GetProperty("lastProblem").GetString(), feed.GetProperty("gapsOpen").GetInt32()));
        var gap = Assert.Single(feeds.GetProperty("gaps").EnumerateArray());
        Assert.Equal((10, 20, "open"), (gap.GetProperty("firstId").GetInt64(), gap.GetProperty("lastId").GetInt64(), gap.GetProperty("state").GetString()));
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, string? key = ApiSite.Key)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("X-Api-Key", key);
        return await api.Http.SendAsync(request);
    }

    private async Task<List<(string?, string?)>> ListAsync() =>
        [.. (await api.GetAsync("/api/v1/symbols")).GetProperty("symbols").EnumerateArray().Select(s => (s.GetProperty("symbol").GetString(), s.GetProperty("venue").GetString()))];
}
