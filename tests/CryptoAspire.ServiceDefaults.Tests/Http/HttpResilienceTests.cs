using System.Diagnostics;
using System.Net;
using CryptoAspire.ServiceDefaults.Http;
using CryptoAspire.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace CryptoAspire.ServiceDefaults.Tests.Http;

/// <summary>Real servers on loopback that fail, hang or are not there.</summary>
public sealed class HttpResilienceTests
{
    [Fact]
    public async Task Idempotent_request_is_retried_until_it_succeeds()
    {
        await using var server = await FlakyServer.StartAsync(failures: 2);
        await using var caller = await CallerAsync();

        Assert.Equal("ok", await Client(caller, server).GetStringAsync("/flaky"));
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task Post_is_sent_once_when_the_server_may_have_acted()
    {
        await using var server = await FlakyServer.StartAsync(failures: 2);
        await using var caller = await CallerAsync();

        using var response = await Client(caller, server).PostAsync("/flaky", new StringContent("order"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task Post_is_retried_when_it_never_reached_the_server()
    {
        int port = FreePort.Next();
        await using var caller = await CallerAsync(options => (options.Retry.MaxRetryAttempts, options.Retry.Delay, options.Retry.MaxDelay) = (200, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500)));
        using var client = caller.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        var pending = client.PostAsync($"http://127.0.0.1:{port}/flaky", new StringContent("order"));
        await Task.Delay(150);
        Assert.False(pending.IsCompleted);
        await using var server = await FlakyServer.StartAsync(failures: 0, port);

        using var response = await pending;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task Client_error_is_not_retried()
    {
        await using var server = await FlakyServer.StartAsync(failures: 5, status: HttpStatusCode.NotFound);
        await using var caller = await CallerAsync();

        using var response = await Client(caller, server).GetAsync("/flaky");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task Retry_waits_as_long_as_the_server_asks()
    {
        await using var server = await FlakyServer.StartAsync(failures: 1, status: HttpStatusCode.TooManyRequests, retryAfterSeconds: 1);
        await using var caller = await CallerAsync();
        long start = Stopwatch.GetTimestamp();

        await Client(caller, server).GetStringAsync("/flaky");

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.95, 10);
    }

    [Fact]
    public async Task Hanging_attempt_is_cut_and_the_next_one_succeeds()
    {
        await using var server = await FlakyServer.StartAsync(failures: 1, hang: true);
        await using var caller = await CallerAsync(options => options.AttemptTimeout.Timeout = TimeSpan.FromSeconds(1));

        Assert.Equal("ok", await Client(caller, server).GetStringAsync("/flaky"));
        Assert.Equal(2, server.Requests);
    }

    [Fact]
    public async Task Total_time_ends_a_request_whatever_its_attempts_do()
    {
        await using var server = await FlakyServer.StartAsync(failures: 100, hang: true);
        await using var caller = await CallerAsync(options =>
        {
            options.AttemptTimeout.Timeout = TimeSpan.FromMilliseconds(400);
            options.TotalRequestTimeout.Timeout = TimeSpan.FromMilliseconds(1500);
            options.Retry.MaxRetryAttempts = 100;
        });
        long start = Stopwatch.GetTimestamp();

        await Assert.ThrowsAsync<TimeoutRejectedException>(() => Client(caller, server).GetAsync("/flaky"));

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 1.4, 10);
        Assert.InRange(server.Requests, 2, 4);
    }

    [Fact]
    public async Task Circuit_opens_for_the_failing_server_only_and_closes_when_it_recovers()
    {
        await using var failing = await FlakyServer.StartAsync(failures: 4);
        await using var sound = await FlakyServer.StartAsync(failures: 0);
        await using var caller = await CallerAsync(options =>
        {
            options.Retry.ShouldHandle = _ => PredicateResult.False();
            options.CircuitBreaker.MinimumThroughput = 4;
            options.CircuitBreaker.BreakDuration = TimeSpan.FromSeconds(2);
        });
        for (int i = 0; i < 4; i++) (await Client(caller, failing).GetAsync("/flaky")).Dispose();

        await Assert.ThrowsAsync<BrokenCircuitException>(() => Client(caller, failing).GetAsync("/flaky"));
        Assert.Equal(4, failing.Requests);
        Assert.Equal("ok", await Client(caller, sound).GetStringAsync("/flaky"));

        await Task.Delay(2200);
        Assert.Equal("ok", await Client(caller, failing).GetStringAsync("/flaky"));
        Assert.Equal("ok", await Client(caller, failing).GetStringAsync("/flaky"));
    }

    [Fact]
    public async Task Limits_come_from_configuration_and_a_client_may_do_without()
    {
        await using var server = await FlakyServer.StartAsync(failures: 100);
        await using var caller = await Service.StartAsync(
            new Dictionary<string, string?> { ["Http:Resilience:Retry:MaxRetryAttempts"] = "1", ["Http:Resilience:Retry:Delay"] = "00:00:00.010" },
            builder => builder.Services.AddHttpClient("plain").WithoutResilience());

        (await Client(caller, server).GetAsync("/flaky")).Dispose();
        Assert.Equal(2, server.Requests);
        (await Client(caller, server, "plain").GetAsync("/flaky")).Dispose();
        Assert.Equal(2 + 1, server.Requests);
    }

    [Fact]
    public async Task Body_that_can_be_read_only_once_is_not_sent_again()
    {
        await using var server = await FlakyServer.StartAsync(failures: 2);
        await using var caller = await CallerAsync();

        using var response = await Client(caller, server).PutAsync("/flaky", new StreamContent(new MemoryStream([1, 2, 3])));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1, server.Requests);
    }

    private static Task<Service> CallerAsync(Action<HttpStandardResilienceOptions>? limits = null) =>
        Service.StartAsync(configure: builder => builder.Services.ConfigureAll<HttpStandardResilienceOptions>(options =>
        {
            options.Retry.Delay = TimeSpan.FromMilliseconds(20);
            limits?.Invoke(options);
        }));

    private static HttpClient Client(Service caller, FlakyServer server, string name = "")
    {
        var client = caller.Services.GetRequiredService<IHttpClientFactory>().CreateClient(name);
        client.BaseAddress = server.Address;
        return client;
    }

    /// <summary>Fails or hangs a number of times and then answers.</summary>
    private sealed class FlakyServer(WebApplication app) : IAsyncDisposable
    {
        private int _requests;

        public Uri Address => new(app.Urls.Single());

        public int Requests => _requests;

        public static async Task<FlakyServer> StartAsync(int failures, int port = 0, HttpStatusCode status = HttpStatusCode.ServiceUnavailable, int? retryAfterSeconds = null, bool hang = false)
        {
            var app = WebApplication.CreateSlimBuilder().Build();
            app.Urls.Add($"http://127.0.0.1:{port}");
            var server = new FlakyServer(app);
            app.Map("/flaky", async (HttpContext context) =>
            {
                if (Interlocked.Increment(ref server._requests) > failures) return Results.Text("ok");
                if (hang) await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (retryAfterSeconds is { } seconds) context.Response.Headers.RetryAfter = $"{seconds}";
                return Results.StatusCode((int)status);
            });
            await app.StartAsync();
            return server;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
