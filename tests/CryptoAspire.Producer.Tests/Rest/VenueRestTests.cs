using System.IO.Compression;
using System.Net;
using CryptoAspire.Producer.Rest;
using CryptoAspire.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CryptoAspire.Producer.Tests.Rest;

/// <summary>Requests to a real server that behaves as venues do.</summary>
public sealed class VenueRestTests : IAsyncLifetime
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All });
    private WebApplication server = null!;
    private int requests;

    [Fact]
    public async Task A_429_stops_all_requests_for_as_long_as_the_venue_says()
    {
        var budget = new RequestBudget("venue", new RestLimit(100, 100), TimeProvider.System);
        var rest = Rest(budget);

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => rest.GetBytesAsync(new RestEndpoint("limited"), "limited", CancellationToken.None));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Contains("slow down", refused.Message);
        Assert.InRange((budget.BlockedUntil - DateTimeOffset.UtcNow).TotalSeconds, 20, 31);
        await Assert.ThrowsAsync<HttpRequestException>(() => rest.GetBytesAsync(new RestEndpoint("ok"), "ok", CancellationToken.None));

        Assert.Equal(1, requests);
    }

    [Fact]
    public async Task Requests_beyond_the_budget_wait_for_it()
    {
        var rest = Rest(new RequestBudget("venue", new RestLimit(PerSecond: 20, Burst: 2), TimeProvider.System));
        var watch = System.Diagnostics.Stopwatch.StartNew();

        for (var i = 0; i < 6; i++) await rest.GetBytesAsync(new RestEndpoint("ok"), "ok", CancellationToken.None);

        Assert.True(watch.Elapsed > TimeSpan.FromMilliseconds(180), $"6 requests took {watch.Elapsed}");
    }

    [Fact]
    public async Task A_fresh_answer_costs_no_request_and_an_unchanged_one_no_body()
    {
        var rest = Rest(new RequestBudget("venue", new RestLimit(100, 100), TimeProvider.System));
        var polled = new RestEndpoint("tagged") { Fresh = TimeSpan.FromMilliseconds(300) };

        var first = await rest.GetBytesAsync(polled, "tagged", CancellationToken.None);
        Assert.Same(first, await rest.GetBytesAsync(polled, "tagged", CancellationToken.None));
        Assert.Equal(1, requests);
        await Task.Delay(400);
        Assert.Same(first, await rest.GetBytesAsync(polled, "tagged", CancellationToken.None));
        Assert.Equal(2, requests);
    }

    [Fact]
    public async Task A_gigabyte_that_comes_in_a_megabyte_is_refused_before_it_is_in_memory()
    {
        var rest = Rest(new RequestBudget("venue", new RestLimit(100, 100), TimeProvider.System));
        var before = GC.GetTotalAllocatedBytes();

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => rest.GetBytesAsync(new RestEndpoint("bomb"), "bomb", CancellationToken.None));

        Assert.Contains("more than 32 MiB", refused.Message);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 256L << 20);
    }

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{FreePort.Next()}").UseShutdownTimeout(TimeSpan.FromMilliseconds(100));
        server = builder.Build();
        server.Use((context, next) =>
        {
            Interlocked.Increment(ref requests);
            return next(context);
        });
        server.MapGet("/ok", () => "[]");
        server.MapGet("/limited", (HttpContext context) =>
        {
            context.Response.Headers.RetryAfter = "30";
            return Results.Text("slow down", statusCode: 429);
        });
        server.MapGet("/tagged", (HttpContext context) =>
        {
            context.Response.Headers.ETag = "\"v1\"";
            return context.Request.Headers.IfNoneMatch == "\"v1\"" ? Results.StatusCode(304) : Results.Text("[1]");
        });
        server.MapGet("/bomb", async (HttpContext context) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var zip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 1024 && !context.RequestAborted.IsCancellationRequested; i++) await zip.WriteAsync(zeros);
        });
        await server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        http.Dispose();
        await server.StopAsync();
        await server.DisposeAsync();
    }

    private VenueRest Rest(RequestBudget budget) => new(http, new Uri(server.Urls.Single() + "/"), budget, new RestLimit(100, 100), TimeProvider.System);
}
