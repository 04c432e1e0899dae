using CryptoAspire.ServiceDefaults.Discovery;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CryptoAspire.ServiceDefaults.Tests.Discovery;

public sealed class ServiceEndpointResolverTests
{
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["services:api:http:0"] = "http://localhost:5080",
        ["services:api:http:1"] = "http://localhost:5081/base",
        ["services:api:https:0"] = "https://localhost:5443",
        ["services:api:admin:0"] = "http://localhost:6000",
        ["services:plain:http:0"] = "http://localhost:7000",
        ["services:petstore:default:0"] = "https://pets.example/v1",
        ["services:bare:http:0"] = "localhost:7100",
        ["services:broken:http:0"] = "http://"
    };

    [Theory]
    [InlineData("http://plain/items?x=1", "http://localhost:7000/items?x=1")]
    [InlineData("https+http://plain/items", "http://localhost:7000/items")]
    [InlineData("https+http://api/items", "https://localhost:5443/items")]
    [InlineData("http://_admin.api/items", "http://localhost:6000/items")]
    [InlineData("https://petstore/pets", "https://pets.example/v1/pets")]
    [InlineData("http://bare/", "http://localhost:7100/")]
    [InlineData("HTTP://PLAIN/items", "http://localhost:7000/items")]
    [InlineData("ws://plain/feed", "ws://localhost:7000/feed")]
    [InlineData("wss://api/feed", "wss://localhost:5443/feed")]
    [InlineData("https://example.com:8443/a?b=c#d", "https://example.com:8443/a?b=c#d")]
    [InlineData("https+http://unknown/x", "https://unknown/x")]
    [InlineData("http://_other.api/", "http://_other.api/")]
    [InlineData("https://plain/", "https://plain/")]
    public void Logical_address_becomes_the_configured_one_and_others_pass_through(string logical, string expected) =>
        Assert.Equal(new Uri(expected), Resolver().Resolve(new Uri(logical)));

    [Fact]
    public void Instances_take_turns()
    {
        var resolver = Resolver();
        Assert.Equal(
            ["http://localhost:5080/x", "http://localhost:5081/base/x", "http://localhost:5080/x"],
            Enumerable.Range(0, 3).Select(_ => resolver.Resolve(new Uri("http://api/x")).ToString()));
    }

    [Fact]
    public void Unusable_value_is_named()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Resolver().Resolve(new Uri("http://broken/")));
        Assert.Contains("services:broken:http", error.Message);
    }

    [Fact]
    public async Task Client_of_the_factory_reaches_each_instance_in_turn()
    {
        await using var first = await Service.StartAsync(map: app => app.MapGet("/who", () => "first"));
        await using var second = await Service.StartAsync(map: app => app.MapGet("/who", () => "second"));
        await using var caller = await Service.StartAsync(new Dictionary<string, string?>
        {
            ["services:backend:http:0"] = first.Client.BaseAddress!.ToString(),
            ["services:backend:http:1"] = second.Client.BaseAddress!.ToString()
        });
        using var client = caller.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        client.BaseAddress = new Uri("https+http://backend");

        var answers = new List<string>();
        for (int i = 0; i < 4; i++) answers.Add(await client.GetStringAsync("/who"));

        Assert.Equal(["first", "second", "first", "second"], answers);
    }

    private static ServiceEndpointResolver Resolver() => new(new ConfigurationBuilder().AddInMemoryCollection(Settings).Build());
}
