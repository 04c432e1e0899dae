using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CryptoAspire.ServiceDefaults.Tests.Discovery;

/// <summary>Clients of the factory address services by the names that the host put into the configuration.</summary>
public sealed class ServiceDiscoveryTests
{
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["services:api:http:0"] = "http://localhost:5080",
        ["services:api:https:0"] = "https://localhost:5443",
        ["services:api:admin:0"] = "http://localhost:6000",
        ["services:plain:http:0"] = "http://localhost:7000",
        ["services:bare:http:0"] = "localhost:7100"
    };

    [Theory]
    [InlineData("http://plain/items?x=1", "http://localhost:7000/items?x=1")]
    [InlineData("https+http://plain/items", "http://localhost:7000/items")]
    [InlineData("https+http://api/items", "https://localhost:5443/items")]
    [InlineData("http://_admin.api/items", "http://localhost:6000/items")]
    [InlineData("http://bare/", "http://localhost:7100/")]
    [InlineData("HTTP://PLAIN/items", "http://localhost:7000/items")]
    [InlineData("https://example.com:8443/a?b=c", "https://example.com:8443/a?b=c")]
    [InlineData("https+http://unknown/x", "https://unknown/x")]
    public async Task Logical_address_becomes_the_configured_one_and_others_pass_through(string logical, string expected)
    {
        var wire = new Wire();
        await using var caller = await Service.StartAsync(Settings,
            builder => builder.Services.AddHttpClient("").ConfigurePrimaryHttpMessageHandler(() => wire));
        using var client = caller.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        (await client.GetAsync(new Uri(logical))).Dispose();

        Assert.Equal(new Uri(expected), wire.Address);
    }

    [Fact]
    public async Task Instances_of_a_service_take_turns_and_one_that_is_gone_is_passed_over()
    {
        await using var first = await Service.StartAsync(map: app => app.MapGet("/who", () => "first"));
        var second = await Service.StartAsync(map: app => app.MapGet("/who", () => "second"));
        await using var caller = await Service.StartAsync(new Dictionary<string, string?>
        {
            ["services:backend:http:0"] = first.Client.BaseAddress!.ToString(),
            ["services:backend:http:1"] = second.Client.BaseAddress!.ToString(),
            ["Http:Resilience:Retry:Delay"] = "00:00:00.010"
        });
        using var client = caller.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        client.BaseAddress = new Uri("https+http://backend");

        var answers = new List<string>();
        for (int i = 0; i < 4; i++) answers.Add(await client.GetStringAsync("/who"));
        Assert.Equal(["first", "second"], answers.Take(2).Order());
        Assert.Equal(answers.Take(2), answers.Skip(2));

        await second.DisposeAsync();
        for (int i = 0; i < 4; i++) Assert.Equal("first", await client.GetStringAsync("/who"));
    }

    /// <summary>Answers every request and keeps the address that it was really sent to.</summary>
    private sealed class Wire : HttpMessageHandler
    {
        public Uri? Address { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Address = request.RequestUri;
            return Task.FromResult(new HttpResponseMessage());
        }
    }
}
