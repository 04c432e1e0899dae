using System.Net;

namespace CryptoAspire.Api.Tests;

public sealed class MetricsApiTests(ApiSite api) : IClassFixture<ApiSite>
{
    [Fact]
    public async Task Ten_minute_rows_come_oldest_first_with_every_column()
    {
        var series = await api.GetAsync("/api/v1/metrics/10min/BTC-USD");
        var rows = series.GetProperty("metrics");
        Assert.Equal(12, rows.GetArrayLength());
        Assert.Equal(
            """{"windowStart":"2024-08-08T22:00:00Z","avgPrice":"104.5","minPrice":"98","maxPrice":"110.25","totalVolume":"25","avgVolume":"0.357142857143","priceVolatility":"3.02765035","vwap":"101.8","open":"99.5","close":"109","recordCount":70,"createdAt":"2024-08-09T00:00:00Z"}""",
            rows[0].GetRawText());
    }

    [Fact]
    public async Task The_limit_keeps_the_newest_ten_minute_rows()
    {
        var rows = (await api.GetAsync("/api/v1/metrics/10min/btcusd?limit=2")).GetProperty("metrics");
        Assert.Equal(["2024-08-08T23:40:00Z", "2024-08-08T23:50:00Z"], rows.EnumerateArray().Select(r => r.GetProperty("windowStart").GetString()));
    }

    [Fact]
    public async Task Hours_count_back_from_the_newest_row_so_that_replayed_history_is_found()
    {
        var rows = (await api.GetAsync("/api/v1/metrics/hourly/BTC-USD?hours=3")).GetProperty("metrics");
        Assert.Equal(
            ["2024-08-08T21:00:00Z", "2024-08-08T22:00:00Z", "2024-08-08T23:00:00Z"],
            rows.EnumerateArray().Select(r => r.GetProperty("hourTimestamp").GetString()));
        Assert.Equal("9.54773869", rows[0].GetProperty("priceChangePercent").GetString());
    }

    [Fact]
    public async Task A_day_of_hours_is_the_default()
    {
        Assert.Equal(24, (await api.GetAsync("/api/v1/metrics/hourly/BTC-USD")).GetProperty("metrics").GetArrayLength());
    }

    [Fact]
    public async Task Days_come_oldest_first_with_every_column()
    {
        var rows = (await api.GetAsync("/api/v1/metrics/daily/BTC-USD")).GetProperty("metrics");
        Assert.Equal(2, rows.GetArrayLength());
        Assert.Equal(
            """{"day":"2024-08-07T00:00:00Z","avgPrice":"104.5","minPrice":"98","maxPrice":"110.25","totalVolume":"25","avgVolume":"0.357142857143","priceChange":"9.5","priceChangePercent":"9.54773869","priceVolatility":"3.02765035","vwap":"101.8","notional":"2545","buyVolume":"10","open":"99.5","close":"109","recordCount":70,"createdAt":"2024-08-09T00:00:00Z"}""",
            rows[0].GetRawText());
    }

    [Fact]
    public async Task Signals_come_oldest_first_to_twelve_places_and_unknown_ones_are_null()
    {
        var series = await api.GetAsync("/api/v1/signals/btcusd?interval=1h&limit=2");
        Assert.Equal("1h", series.GetProperty("interval").GetString());
        var signals = series.GetProperty("signals");
        Assert.Equal(["2024-08-08T04:00:00Z", "2024-08-08T05:00:00Z"], signals.EnumerateArray().Select(s => s.GetProperty("start").GetString()));
        Assert.Equal(("105", "100.123456789012"), (signals[1].GetProperty("close").GetString(), signals[1].GetProperty("sma20").GetString()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, signals[1].GetProperty("rsi14").ValueKind);
    }

    [Theory]
    [InlineData("/api/v1/metrics/daily/ETH-USD")]
    [InlineData("/api/v1/metrics/10min/ETH-USD")]
    [InlineData("/api/v1/metrics/hourly/ETH-USD")]
    public async Task A_known_symbol_without_rows_is_an_empty_list(string path)
    {
        Assert.Equal(0, (await api.GetAsync(path)).GetProperty("metrics").GetArrayLength());
    }

    [Theory]
    [InlineData("/api/v1/metrics/hourly/BTC-USD?hours=0", "hours", "0")]
    [InlineData("/api/v1/metrics/hourly/BTC-USD?hours=8785", "hours", "8785")]
    [InlineData("/api/v1/metrics/hourly/BTC-USD?hours=1.5", "hours", "1.5")]
    [InlineData("/api/v1/metrics/10min/BTC-USD?limit=4321", "limit", "4321")]
    [InlineData("/api/v1/metrics/daily/BTC-USD?days=0", "days", "0")]
    [InlineData("/api/v1/signals/BTC-USD?limit=5001", "limit", "5001")]
    public Task A_count_out_of_bounds_is_named_with_its_bounds(string path, string field, string value) =>
        Problem.ExpectAsync(api, path, HttpStatusCode.BadRequest, field, value, "Leave it out");

    [Theory]
    [InlineData("/api/v1/metrics/10min/FOO-USD")]
    [InlineData("/api/v1/metrics/hourly/FOO-USD")]
    [InlineData("/api/v1/metrics/daily/FOO-USD")]
    [InlineData("/api/v1/signals/FOO-USD")]
    public Task An_unknown_symbol_is_404(string path) =>
        Problem.ExpectAsync(api, path, HttpStatusCode.NotFound, "symbol", "FOO-USD", "/api/v1/prices/latest");
}
