using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.Api.Tests;

public sealed class JobsApiTests(ApiSite api) : IClassFixture<ApiSite>, IAsyncLifetime
{
    private RunQueue Queue => new(api.Database, TimeProvider.System);

    public async Task InitializeAsync()
    {
        await api.ExecuteAsync("truncate job, job_run cascade");
        await new JobCatalog(api.Database, TimeProvider.System).RegisterAsync(
            [
                new JobDefinition("gold-10min", "Rolls ten minutes.") { Schedule = "every 10s", Parameters = ["from", "to", "symbols"] },
                new JobDefinition("trim-job-runs", "Trims.") { Schedule = "every 1h" },
            ],
            CancellationToken.None);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("POST", "gold-10min/pause")]
    [InlineData("POST", "gold-10min/resume")]
    [InlineData("PUT", "gold-10min/schedule")]
    [InlineData("POST", "gold-10min/runs")]
    [InlineData("POST", "gold-10min/runs/1/retry")]
    [InlineData("POST", "gold-10min/runs/1/cancel")]
    [InlineData("POST", "gold-10min/backfill")]
    [InlineData("POST", "no-such-job/pause")]
    public async Task Nobody_changes_anything_without_the_key(string method, string path)
    {
        foreach (var key in new[] { null, "", "wrong", ApiSite.Key + "x", ApiSite.Key[..^1] })
        {
            using var response = await SendAsync(new HttpMethod(method), path, new { schedule = "every 1s" }, key);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.Contains("X-Api-Key", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("remedy").GetString());
        }

        Assert.Equal(0L, await CountAsync("select count(*) from job_run"));
        Assert.Equal(2L, await CountAsync("select count(*) from job where not paused and schedule_asked is null"));
    }

    [Fact]
    public async Task The_key_is_read_as_a_bearer_token_too()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/jobs/gold-10min/pause");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {ApiSite.Key}");
        using var response = await api.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Jobs_are_listed_paused_resumed_and_rescheduled()
    {
        var jobs = (await api.GetAsync("/api/v1/jobs")).GetProperty("jobs").EnumerateArray().Select(j => j.GetProperty("name").GetString());
        Assert.Equal(["gold-10min", "trim-job-runs"], jobs);

        Assert.True((await ChangeAsync(HttpMethod.Post, "gold-10min/pause")).GetProperty("paused").GetBoolean());
        Assert.False((await ChangeAsync(HttpMethod.Post, "gold-10min/resume")).GetProperty("paused").GetBoolean());
        var job = await ChangeAsync(HttpMethod.Put, "gold-10min/schedule", new { schedule = "*/5 * * * *" });
        Assert.Equal(("*/5 * * * *", "every 10s"), (job.GetProperty("schedule").GetString(), job.GetProperty("configuredSchedule").GetString()));
        Assert.StartsWith("alice@", job.GetProperty("changedBy").GetString());
        job = await ChangeAsync(HttpMethod.Put, "gold-10min/schedule", new { schedule = (string?)null });
        Assert.Equal("every 10s", (await api.GetAsync("/api/v1/jobs/gold-10min")).GetProperty("schedule").GetString());

        using var wrong = await SendAsync(HttpMethod.Put, "gold-10min/schedule", new { schedule = "now and then" }, ApiSite.Key);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("every 10s", (await wrong.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("remedy").GetString());
    }

    [Fact]
    public async Task A_run_is_queued_cancelled_and_tried_again_and_says_who_asked()
    {
        using var accepted = await SendAsync(HttpMethod.Post, "gold-10min/runs", new { parameters = new { symbols = "BTC-USD" } }, ApiSite.Key);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var run = (await api.GetAsync(accepted.Headers.Location!.OriginalString)).GetProperty("run");
        Assert.Equal(("queued", "request", "BTC-USD"), (run.GetProperty("outcome").GetString(), run.GetProperty("cause").GetString(), run.GetProperty("parameters").GetProperty("symbols").GetString()));
        Assert.StartsWith("alice@", run.GetProperty("requestedBy").GetString());
        var id = run.GetProperty("id").GetInt64();

        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Post, $"gold-10min/runs/{id}/retry", null, ApiSite.Key)).StatusCode);
        Assert.Equal("cancelled", (await ChangeAsync(HttpMethod.Post, $"gold-10min/runs/{id}/cancel")).GetProperty("outcome").GetString());
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Post, $"gold-10min/runs/{id}/cancel", null, ApiSite.Key)).StatusCode);
        var retry = await ChangeAsync(HttpMethod.Post, $"gold-10min/runs/{id}/retry");
        Assert.Equal((id, "retry", "BTC-USD"), (retry.GetProperty("causedBy").GetInt64(), retry.GetProperty("cause").GetString(), retry.GetProperty("parameters").GetProperty("symbols").GetString()));

        await Queue.LogAsync(id, 1, "info", "hello", CancellationToken.None);
        Assert.Equal("hello", (await api.GetAsync($"/api/v1/jobs/gold-10min/runs/{id}")).GetProperty("log")[0].GetProperty("message").GetString());
        var listed = (await api.GetAsync("/api/v1/jobs/gold-10min/runs?outcome=cancelled")).GetProperty("runs").EnumerateArray().Select(r => r.GetProperty("id").GetInt64());
        Assert.Equal([id], listed);
    }

    [Fact]
    public async Task A_backfill_shows_its_buckets_first_and_is_queued_with_its_range()
    {
        var order = new { from = "2024-08-08T23:40:00Z", to = "2024-08-09", symbols = new[] { "btcusd" }, dryRun = true };
        await api.ExecuteAsync(
            """
            insert into candle (symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, price_sum, price_square_sum,
                                open_time, open_venue, open_trade_id, close_time, close_venue, close_trade_id, revision, status, updated_at)
            select 'BTC-USD', '*', '5m', t, 1, 1, 1, 1, 1, 1, 1, 35, 1, 1, t, 'x', 1, t, 'x', 1, 1, 'open', now() from unnest(array['2024-08-08 23:50Z', '2024-08-08 23:55Z']::timestamptz[]) t
            on conflict do nothing
            """);
        var plan = await ChangeAsync(HttpMethod.Post, "gold-10min/backfill", order);
        Assert.Equal((1L, 0L), (plan.GetProperty("total").GetInt64(), plan.GetProperty("missing").GetInt64()));
        var bucket = plan.GetProperty("buckets")[0];
        Assert.Equal(("BTC-USD", "10min", 70L), (bucket.GetProperty("symbol").GetString(), bucket.GetProperty("grain").GetString(), bucket.GetProperty("trades").GetInt64()));
        Assert.Equal(0L, await CountAsync("select count(*) from job_run"));

        var run = await ChangeAsync(HttpMethod.Post, "gold-10min/backfill", order with { dryRun = false });
        Assert.Equal(
            ("backfill", "2024-08-08T23:40:00Z", "2024-08-09T00:00:00Z", "BTC-USD"),
            (run.GetProperty("cause").GetString(), run.GetProperty("parameters").GetProperty("from").GetString(), run.GetProperty("parameters").GetProperty("to").GetString(),
                run.GetProperty("parameters").GetProperty("symbols").GetString()));
    }

    [Theory]
    [InlineData("POST", "nothing/pause", "{}", HttpStatusCode.NotFound, "job", "/api/v1/jobs")]
    [InlineData("POST", "gold-10min/runs/999999/cancel", "{}", HttpStatusCode.NotFound, "id", "/api/v1/jobs/gold-10min/runs")]
    [InlineData("POST", "gold-10min/runs", """{"parameters":{"colour":"red"}}""", HttpStatusCode.BadRequest, "parameters", "from, to, symbols")]
    [InlineData("POST", "gold-10min/backfill", """{"to":"2024-08-08"}""", HttpStatusCode.BadRequest, "from", "ISO 8601")]
    [InlineData("POST", "gold-10min/backfill", """{"from":"2024-08-08","to":"2024-08-08"}""", HttpStatusCode.BadRequest, "from", "earlier")]
    [InlineData("POST", "gold-10min/backfill", """{"from":"2024-08-08","to":"2024-08-09","symbols":["?"]}""", HttpStatusCode.BadRequest, "symbol", "BASE-QUOTE")]
    [InlineData("POST", "trim-job-runs/backfill", """{"from":"2024-08-08","to":"2024-08-09"}""", HttpStatusCode.BadRequest, "job", "from, to and symbols")]
    [InlineData("GET", "gold-10min/runs?outcome=lost", null, HttpStatusCode.BadRequest, "outcome", "timed-out")]
    [InlineData("GET", "nothing", null, HttpStatusCode.NotFound, "job", "/api/v1/jobs")]
    public async Task A_wrong_request_is_told_what_to_do(string method, string path, string? body, HttpStatusCode status, string field, string remedy)
    {
        using var response = await SendAsync(new HttpMethod(method), path, body is null ? null : JsonSerializer.Deserialize<JsonElement>(body), ApiSite.Key);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.Contains(remedy, problem.GetProperty("remedy").GetString());
    }

    private async Task<JsonElement> ChangeAsync(HttpMethod method, string path, object? body = null)
    {
        using var response = await SendAsync(method, path, body, ApiSite.Key);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, string? key)
    {
        var request = new HttpRequestMessage(method, $"/api/v1/jobs/{path}") { Content = body is null ? null : JsonContent.Create(body) };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("X-Api-Key", key);
        request.Headers.TryAddWithoutValidation("X-Requested-By", "alice");
        return api.Http.SendAsync(request);
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var command = api.Database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
