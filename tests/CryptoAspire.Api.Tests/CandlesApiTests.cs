using System.Net;
using System.Text.Json;

namespace CryptoAspire.Api.Tests;

public sealed class CandlesApiTests(ApiSite api) : IClassFixture<ApiSite>
{
    [Fact]
    public async Task The_answer_has_exactly_the_agreed_shape()
    {
        var text = await api.Http.GetStringAsync("/api/v1/candles/BTC-USD?from=2024-08-08T23:55:00Z&to=2024-08-08T23:56:00Z");
        Assert.Equal(
            """{"symbol":"BTC-USD","venue":"*","interval":"1m","candles":[{"start":"2024-08-08T23:55:00Z","open":"104.5","high":"106.25","low":"103","close":"105","volume":"2.5","notional":"255","vwap":"102","tradeCount":7,"status":"final","revision":8}]}""",
            text);
    }

    [Fact]
    public async Task Candles_come_oldest_first_and_the_limit_keeps_the_newest()
    {
        Assert.Equal(["23:57", "23:58", "23:59"], Starts(await api.GetAsync("/api/v1/candles/BTC-USD?limit=3")));
    }

    [Fact]
    public async Task From_is_inclusive_and_to_is_exclusive()
    {
        Assert.Equal(["23:52", "23:53"], Starts(await api.GetAsync("/api/v1/candles/BTC-USD?from=2024-08-08T23:52:00Z&to=2024-08-08T23:54:00Z")));
    }

    [Theory]
    [InlineData("2024-08-09T01:58:00+02:00")]
    [InlineData("2024-08-09T01:58:00%2B02:00")]
    [InlineData("2024-08-08T23:58:00")]
    [InlineData("2024-08-08T23:58Z")]
    [InlineData("2024-08-08T23:58:00.000Z")]
    public async Task Times_are_read_with_any_offset_and_as_utc_without_one(string from)
    {
        Assert.Equal(["23:58", "23:59"], Starts(await api.GetAsync($"/api/v1/candles/BTC-USD?from={from}")));
    }

    [Theory]
    [InlineData("btcusd")]
    [InlineData("BTC_USD")]
    [InlineData("XBTUSD")]
    public async Task Any_spelling_of_a_symbol_is_read(string spelling)
    {
        var series = await api.GetAsync($"/api/v1/candles/{spelling}");
        Assert.Equal("BTC-USD", series.GetProperty("symbol").GetString());
        Assert.Equal(10, series.GetProperty("candles").GetArrayLength());
    }

    [Fact]
    public async Task One_venue_can_be_asked_for()
    {
        var series = await api.GetAsync("/api/v1/candles/BTC-USD?venue=binance-replay&interval=1m");
        Assert.Equal("binance-replay", series.GetProperty("venue").GetString());
        Assert.Equal(10, series.GetProperty("candles").GetArrayLength());
    }

    [Fact]
    public async Task Status_tells_open_final_and_corrected()
    {
        var candles = (await api.GetAsync("/api/v1/candles/BTC-USD")).GetProperty("candles");
        Assert.Equal("corrected", candles[3].GetProperty("status").GetString());
        Assert.Equal("final", candles[8].GetProperty("status").GetString());
        Assert.Equal("open", candles[9].GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("/api/v1/candles/ETH-USD")]
    [InlineData("/api/v1/candles/BTC-USD?from=2030-01-01")]
    [InlineData("/api/v1/candles/BTC-USD?venue=kraken")]
    public async Task A_known_symbol_without_candles_there_is_an_empty_list(string path)
    {
        Assert.Equal(0, (await api.GetAsync(path)).GetProperty("candles").GetArrayLength());
    }

    [Fact]
    public async Task An_unchanged_answer_is_304_and_a_changed_one_is_not()
    {
        const string path = "/api/v1/candles/BTC-USD?from=2024-08-08T23:50:00Z&to=2024-08-08T23:51:00Z&venue=binance-replay";
        using var first = await api.Http.GetAsync(path);
        var tag = first.Headers.ETag!;
        Assert.Equal(HttpStatusCode.NotModified, (await AskAgainAsync(path, tag.ToString())).StatusCode);

        await api.ExecuteAsync("update candle set revision = revision + 1 where venue = 'binance-replay' and start = '2024-08-08 23:50:00Z'");
        Assert.Equal(HttpStatusCode.OK, (await AskAgainAsync(path, tag.ToString())).StatusCode);
    }

    [Theory]
    [InlineData("interval=2m", "interval", "2m", "1m, 5m, 15m, 1h, 4h, 1d")]
    [InlineData("interval=", "interval", "", "1m")]
    [InlineData("from=yesterday", "from", "yesterday", "ISO 8601")]
    [InlineData("to=1723161300", "to", "1723161300", "ISO 8601")]
    [InlineData("from=2024-08-08T23:55:00Z&to=2024-08-08T23:55:00Z", "from", "2024-08-08T23:55:00Z", "earlier than to")]
    [InlineData("from=2024-08-09&to=2024-08-08", "from", "2024-08-09", "earlier than to")]
    [InlineData("limit=0", "limit", "0", "500")]
    [InlineData("limit=5001", "limit", "5001", "500")]
    [InlineData("limit=-1", "limit", "-1", "500")]
    [InlineData("limit=ten", "limit", "ten", "500")]
    [InlineData("venue=no%20venue", "venue", "no venue", "*")]
    [InlineData("origin=files&venue=coinbase", "origin", "files", "live, history or all")]
    [InlineData("origin=history", "venue", "*", "venue=coinbase")]
    [InlineData("origin=all&venue=coinbase&asOf=2024-08-08", "asOf", "2024-08-08", "Leave asOf or origin out")]
    public Task A_wrong_argument_is_named_with_its_value_and_the_remedy(string query, string field, string value, string remedy) =>
        Problem.ExpectAsync(api, $"/api/v1/candles/BTC-USD?{query}", HttpStatusCode.BadRequest, field, value, remedy);

    [Fact]
    public async Task History_is_asked_for_by_its_origin_and_never_stands_before_a_live_candle()
    {
        // Lean tells 23:48 to 23:50, the venue itself 23:49 with trades, Kaggle the same; live begins at 23:50.
        await api.ExecuteAsync(
            """
            insert into history_series (symbol, venue, interval, origin) values ('BTC-USD', 'binance-replay', '1m', 'lean'), ('BTC-USD', 'binance-replay', '1m', 'rest'), ('DOT-USD', 'kraken', '1d', 'kaggle-daily');
            insert into history_candle (series_id, start, open, high, low, close, volume, notional, trade_count)
            select s.id, t, 10, 12, 9, 11, 2, v.notional, v.trades
            from (values ('lean', 0, null::numeric, null::bigint), ('lean', 1, null, null), ('lean', 2, null, null), ('rest', 1, 21, 5)) v (origin, i, notional, trades)
            join history_series s on s.origin = v.origin, lateral (select timestamptz '2024-08-08 23:48:00Z' + v.i * interval '1 minute' as t) x;
            insert into history_candle (series_id, start, open, high, low, close, notional) select id, '2021-01-01Z', 1, 1, 1, 1, 100 from history_series where origin = 'kaggle-daily';
            """);
        const string series = "/api/v1/candles/BTC-USD?venue=binance-replay";

        Assert.Equal(10, (await api.GetAsync(series)).GetProperty("candles").GetArrayLength());
        Assert.Equal(["23:48 lean", "23:49 rest", "23:50 lean"], Origins(await api.GetAsync($"{series}&origin=history")));
        var all = await api.GetAsync($"{series}&origin=all&limit=4&to=2024-08-08T23:52:00Z");
        Assert.Equal(["23:48 lean", "23:49 rest", "23:50 live", "23:51 live"], Origins(all));
        Assert.Equal(["23:49 rest", "23:50 live"], Origins(await api.GetAsync($"{series}&origin=all&limit=2&to=2024-08-08T23:51:00Z")));
        Assert.Equal(("10.5", "final", 0, 5), (all.GetProperty("candles")[1].GetProperty("vwap").GetString(), all.GetProperty("candles")[1].GetProperty("status").GetString(),
            all.GetProperty("candles")[1].GetProperty("revision").GetInt32(), all.GetProperty("candles")[1].GetProperty("tradeCount").GetInt32()));

        // A symbol that there is only history of is no unknown one; what an origin does not tell is null.
        var daily = (await api.GetAsync("/api/v1/candles/DOT-USD?venue=kraken&interval=1d&origin=history")).GetProperty("candles")[0];
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null, "100"), (daily.GetProperty("volume").ValueKind, daily.GetProperty("tradeCount").ValueKind, daily.GetProperty("notional").GetString()));
        Assert.Equal(0, (await api.GetAsync("/api/v1/candles/DOT-USD?venue=kraken&origin=all")).GetProperty("candles").GetArrayLength());

        using var first = await api.Http.GetAsync($"{series}&origin=history");
        Assert.Equal(HttpStatusCode.NotModified, (await AskAgainAsync($"{series}&origin=history", first.Headers.ETag!.ToString())).StatusCode);
        await api.ExecuteAsync("update history_candle set volume = 3 where trade_count = 5");
        Assert.Equal(HttpStatusCode.OK, (await AskAgainAsync($"{series}&origin=history", first.Headers.ETag!.ToString())).StatusCode);
    }

    [Fact]
    public Task An_unknown_symbol_is_404() =>
        Problem.ExpectAsync(api, "/api/v1/candles/FOO-USD", HttpStatusCode.NotFound, "symbol", "FOO-USD", "/api/v1/prices/latest");

    [Fact]
    public Task Text_that_is_no_symbol_is_400() =>
        Problem.ExpectAsync(api, "/api/v1/candles/%27;drop%20table", HttpStatusCode.BadRequest, "symbol", "';drop table", "BASE-QUOTE");

    private async Task<HttpResponseMessage> AskAgainAsync(string path, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return await api.Http.SendAsync(request);
    }

    private static IEnumerable<string> Origins(JsonElement series) =>
        series.GetProperty("candles").EnumerateArray().Select(c => $"{c.GetProperty("start").GetDateTimeOffset():HH:mm} {c.GetProperty("origin").GetString()}");

    private static IEnumerable<string> Starts(JsonElement series) =>
        series.GetProperty("candles").EnumerateArray().Select(c => c.GetProperty("start").GetDateTimeOffset().ToString("HH:mm"));
}
