using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace CryptoAspire.Api.Tests;

public sealed class HistoryApiTests(ApiSite api) : IClassFixture<ApiSite>, IAsyncLifetime
{
    public Task InitializeAsync() => api.ExecuteAsync(
        """
        delete from feed_state;
        insert into feed_state (source, instance, venue, state, since, messages, messages_per_second, trades, tickers, duplicates, rejected, reconnects, rotations, repaired, gaps_open, gaps_filled, gaps_lost,
                                instruments, refused, updated_at)
        select s, 'test', s, 'connected', now(), 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, '{}', '{}', now() from unnest(array['binance-replay', 'coinbase-sim', 'coinbase', 'coingecko']) s
        """);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_range_is_previewed_asked_for_followed_and_cancelled()
    {
        // 1. Of twelve minutes ten have a live candle.
        var order = new { venue = "binance", symbol = "btcusd", from = "2024-08-08T23:49:30Z", to = "2024-08-09T00:01:00Z", what = "candles", dryRun = true };
        var plan = await ReadAsync(await SendAsync(HttpMethod.Post, "/api/v1/history", order), HttpStatusCode.OK);
        Assert.Equal(("binance-replay", "BTC-USD", 12, 10, 0, 2), (plan.GetProperty("venue").GetString(), plan.GetProperty("symbol").GetString(), plan.GetProperty("minutes").GetInt32(),
            plan.GetProperty("live").GetInt32(), plan.GetProperty("history").GetInt32(), plan.GetProperty("missing").GetInt32()));
        Assert.Equal(0, (await api.GetAsync("/api/v1/history")).GetProperty("requests").GetArrayLength());

        // 2. The request, and how far it is.
        var answer = await SendAsync(HttpMethod.Post, "/api/v1/history", order with { dryRun = false });
        var item = await ReadAsync(answer, HttpStatusCode.Accepted);
        var path = answer.Headers.Location!.OriginalString;
        Assert.Equal(("open", "asked for", 0.0), (item.GetProperty("state").GetString(), item.GetProperty("reason").GetString(), item.GetProperty("progress").GetDouble()));
        await api.ExecuteAsync("update history_request set state = 'running', next_time = '2024-08-08 23:55Z', pages = 1, items = 6");
        item = await api.GetAsync(path);
        Assert.Equal((0.5, 6, "2024-08-08T23:55:00Z"), (item.GetProperty("progress").GetDouble(), item.GetProperty("items").GetInt32(), item.GetProperty("doneUntil").GetString()));
        Assert.Equal(item.GetProperty("id").GetInt64(), (await api.GetAsync("/api/v1/history?limit=1")).GetProperty("requests")[0].GetProperty("id").GetInt64());

        // 3. Cancelled, once.
        item = await ReadAsync(await SendAsync(HttpMethod.Delete, path, null), HttpStatusCode.OK);
        Assert.Equal("cancelled", item.GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Delete, path, null)).StatusCode);
    }

    [Theory]
    [InlineData("venue", "coinGecko", "binance-replay")]
    [InlineData("venue", "coingecko", "binance-replay")]
    [InlineData("venue", "kraken", "coinbase-sim")]
    [InlineData("symbol", "bit coin", "BASE-QUOTE")]
    [InlineData("from", "yesterday", "ISO 8601")]
    [InlineData("from", "2100-01-01", "earlier than to")]
    [InlineData("from", "2001-01-01", "2009")]
    [InlineData("to", "2024-13-01", "ISO 8601")]
    [InlineData("what", "books", "candles")]
    public async Task A_wrong_order_is_refused_with_the_remedy(string field, string value, string remedy)
    {
        var order = new Dictionary<string, object> { ["venue"] = "coinbase", ["symbol"] = "BTC-USD", ["from"] = "2024-08-08", ["to"] = "2024-08-09", ["what"] = "trades", [field] = value };

        var answer = await ReadAsync(await SendAsync(HttpMethod.Post, "/api/v1/history", order), HttpStatusCode.BadRequest);

        Assert.Equal((field, value), (answer.GetProperty("field").GetString(), answer.GetProperty("value").GetString()));
        Assert.Contains(remedy, answer.GetProperty("remedy").GetString());
    }

    [Fact]
    public async Task Nobody_asks_for_history_without_the_key_and_an_unknown_request_is_404()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Post, "/api/v1/history", new { venue = "coinbase" }, key: null)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Delete, "/api/v1/history/1", null, key: null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Delete, "/api/v1/history/999999", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await api.Http.GetAsync("/api/v1/history/999999")).StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, string? key = ApiSite.Key)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (key is not null)
            request.Headers.Add("X-Api-Key", key);
        return await api.Http.SendAsync(request);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
