using System.Net;

namespace CryptoAspire.Api.Tests;

public sealed class QualityApiTests(ApiSite api) : IClassFixture<ApiSite>, IAsyncLifetime
{
    public Task InitializeAsync() => api.ExecuteAsync(
        """
        truncate expectation, quality_result, quality_score, reconciliation_result, repair_request restart identity;
        insert into expectation (name, kind, dimension, severity, owner, description, window_seconds, rule) values ('price-in-range', 'validity', 'consistency', 'error', 'ingest', 'Prices are right.', 3600, '{}');
        insert into quality_score (run, symbol, venue, completeness, consistency, freshness, total, at)
        values (1, 'BTC-USD', 'coinbase', 100, 100, 100, 100, '2024-08-08 12:00Z'), (2, 'BTC-USD', 'coinbase', 90, 60, null, 75, '2024-08-08 13:00Z'), (2, 'ETH-USD', '*', 100, 100, 100, 100, '2024-08-08 13:00Z');
        insert into quality_result (run, expectation, symbol, venue, dimension, severity, checked, failed, score, passed, samples, at)
        values (1, 'price-in-range', 'BTC-USD', 'coinbase', 'consistency', 'error', 10, 0, 100, true, '[]', '2024-08-08 12:00Z'),
               (2, 'price-in-range', 'BTC-USD', 'coinbase', 'consistency', 'error', 10, 4, 60, false, '[{"kafka_offset": 14}]', '2024-08-08 13:00Z'),
               (2, 'price-in-range', 'ETH-USD', '*', 'consistency', 'error', 10, 0, 100, true, '[]', '2024-08-08 13:00Z');
        insert into reconciliation_result (source, symbol, start, price_bps, volume_percent, trades, our_close, venue_close, our_volume, venue_volume, agrees, revision, compared_at)
        values ('coinbase', 'BTC-USD', '2024-08-08 12:00Z', 0, 0, 0, 100, 100, 1, 1, true, 1, now()), ('coinbase', 'BTC-USD', '2024-08-08 12:01Z', 196, 50, -1, 100, 102, 1, 2, false, 1, now())
        """);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Scores_come_with_their_trend_and_what_fails()
    {
        var all = await api.GetAsync("/api/v1/quality");
        Assert.Equal(["BTC-USD coinbase 75 -25", "ETH-USD * 100 "], all.GetProperty("scores").EnumerateArray().Select(s => $"{s.GetProperty("symbol")} {s.GetProperty("venue")} {s.GetProperty("total")} {s.GetProperty("trend")}"));
        var failing = Assert.Single(all.GetProperty("failing").EnumerateArray());
        Assert.Equal((4L, "ingest", 14), (failing.GetProperty("failed").GetInt64(), failing.GetProperty("owner").GetString(), failing.GetProperty("samples")[0].GetProperty("kafka_offset").GetInt32()));

        var one = await api.GetAsync("/api/v1/quality/btcusd");
        Assert.Equal(["100", "75"], one.GetProperty("trend").EnumerateArray().Select(p => p.GetProperty("total").GetString()));
        Assert.Equal("60", one.GetProperty("scores")[0].GetProperty("consistency").GetString());
        await Problem.ExpectAsync(api, "/api/v1/quality/NONE-USD", HttpStatusCode.NotFound, "symbol", "NONE-USD", "/api/v1/prices/latest");
    }

    [Fact]
    public async Task Results_are_filtered_and_come_in_pages()
    {
        var first = await api.GetAsync("/api/v1/quality/results?limit=2");
        Assert.Equal([3L, 2L], Ids(first));
        Assert.Equal([1L], Ids(await api.GetAsync($"/api/v1/quality/results?limit=2&before={first.GetProperty("next").GetInt64()}")));
        Assert.Equal([2L], Ids(await api.GetAsync("/api/v1/quality/results?passed=false&symbol=BTC-USD&venue=coinbase&expectation=price-in-range")));
        await Problem.ExpectAsync(api, "/api/v1/quality/results?passed=perhaps", HttpStatusCode.BadRequest, "passed", "perhaps", "true or false");

        static IEnumerable<long> Ids(System.Text.Json.JsonElement page) => page.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task The_reconciliation_tells_each_venues_score_and_the_differing_minutes()
    {
        var report = await api.GetAsync("/api/v1/reconciliation");
        Assert.Equal(("50", 2L), (report.GetProperty("venues")[0].GetProperty("score").GetString(), report.GetProperty("venues")[0].GetProperty("minutes").GetInt64()));
        Assert.Equal("102", Assert.Single(report.GetProperty("minutes").EnumerateArray()).GetProperty("venueClose").GetString());
        Assert.Equal(2, (await api.GetAsync("/api/v1/reconciliation?differing=false&source=coinbase")).GetProperty("minutes").GetArrayLength());
    }
}
