using System.IO.Compression;
using System.Net;
using CryptoAspire.Producer.Rest;
using CryptoAspire.Producer.Venues.News;
using CryptoAspire.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CryptoAspire.Producer.Tests.Rest;

/// <summary>Requests to a real server that behaves as venues do.</summary>
[Collection(Alone.Name)]
public sealed class VenueRestTests : IAsyncLifetime
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All });
    private WebApplication server = null!;
    private int requests, unchanged, edition = 1;

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

    [Theory]
    [InlineData("tagged")]
    [InlineData("dated")]
    public async Task A_fresh_answer_costs_no_request_and_an_unchanged_one_no_body(string path)
    {
        var rest = Rest(new RequestBudget("venue", new RestLimit(100, 100), TimeProvider.System));
        var polled = new RestEndpoint(path) { Fresh = TimeSpan.FromSeconds(3) };

        var first = await rest.GetBytesAsync(polled, path, CancellationToken.None);
        Assert.Same(first, await rest.GetBytesAsync(polled, path, CancellationToken.None));
        Assert.Equal((1, 0), (requests, unchanged));
        await Task.Delay(TimeSpan.FromSeconds(3.1));
        Assert.Same(first, await rest.GetBytesAsync(polled, path, CancellationToken.None));
        Assert.Equal((2, 1), (requests, unchanged));
    }

    [Fact]
    public async Task A_feed_that_has_not_changed_is_asked_for_with_tag_and_date_and_its_articles_are_not_written_again()
    {
        var clock = new Feeds.SteppedClock();
        var rest = new VenueRest(http, new Uri(server.Urls.Single() + "/"), new RequestBudget("rss", RssSource.Limit, clock), RssSource.Limit, clock);
        var source = new RssSource(new NewsFeed("rss", "Somebody", new Uri(server.Urls.Single() + "/"), "rss"), rest, TimeProvider.System);
        var outlet = new Context.ContextOutlet();

        await source.PollAsync(outlet, CancellationToken.None);
        clock.Step(TimeSpan.FromMinutes(5));
        await source.PollAsync(outlet, CancellationToken.None);
        Assert.Equal((2, 1, 1), (requests, unchanged, outlet.Records.Count));

        edition = 2;
        clock.Step(TimeSpan.FromMinutes(5));
        await source.PollAsync(outlet, CancellationToken.None);
        Assert.Equal((3, 1, 2), (requests, unchanged, outlet.Records.Count));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("badly-packed")]
    public async Task An_answer_that_breaks_off_or_is_packed_wrongly_is_a_failure_like_any_other(string path) => await Assert.ThrowsAsync<HttpRequestException>(
        () => Rest(new RequestBudget("venue", new RestLimit(100, 100), TimeProvider.System)).GetBytesAsync(new RestEndpoint(path), path, CancellationToken.None));

    [Fact]
    public async Task A_gigabyte_that_comes_in_a_megabyte_is_refused_before_it_is_in_memory()
    {
        var rest = Rest(new RequestBudget("venue", new RestLimit(100, 100), TimeProvider.System));
        var before = GC.GetTotalAllocatedBytes();

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => rest.GetBytesAsync(new RestEndpoint("bomb"), "bomb", CancellationToken.None));

        Assert.Contains("more than 8 MiB", refused.Message);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 64L << 20);
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
            return context.Request.Headers.IfNoneMatch == "\"v1\"" ? Unchanged() : Results.Text("[1]");
        });
        server.MapGet("/dated", (HttpContext context) =>
        {
            context.Response.Headers.LastModified = "Wed, 21 Oct 2015 07:28:00 GMT";
            return context.Request.Headers.IfModifiedSince == "Wed, 21 Oct 2015 07:28:00 GMT" ? Unchanged() : Results.Text("[1]");
        });
        server.MapGet("/rss", (HttpContext context) =>
        {
            var (tag, date) = ($"\"{edition}\"", $"Wed, 21 Oct 2015 07:28:0{edition} GMT");
            (context.Response.Headers.ETag, context.Response.Headers.LastModified) = (tag, date);
            return context.Request.Headers.IfNoneMatch == tag && context.Request.Headers.IfModifiedSince == date ? Unchanged() : Results.Text(
                $"<rss version='2.0'><channel><title>t</title><link>https://a.example/</link><description>d</description><item><title>Bitcoin {edition}</title>"
                + $"<link>https://a.example/{edition}</link><pubDate>Fri, 25 Sep 2015 14:41:53 +0000</pubDate></item></channel></rss>", "application/rss+xml");
        });
        server.MapGet("/cut", async (HttpContext context) =>
        {
            context.Response.ContentLength = 1_000;
            await context.Response.WriteAsync("[1");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        server.MapGet("/badly-packed", async (HttpContext context) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.WriteAsync("this is not gzip, however long it is");
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

    private IResult Unchanged()
    {
        Interlocked.Increment(ref unchanged);
        return Results.StatusCode(304);
    }

    private VenueRest Rest(RequestBudget budget) => new(http, new Uri(server.Urls.Single() + "/"), budget, new RestLimit(100, 100), TimeProvider.System);
}
