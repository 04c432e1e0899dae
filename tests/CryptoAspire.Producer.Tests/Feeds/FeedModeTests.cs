using System.Net;
using System.Net.Sockets;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Tests.Simulator;
using CryptoAspire.Testing;
using Microsoft.Extensions.Configuration;

namespace CryptoAspire.Producer.Tests.Feeds;

public sealed class FeedModeTests
{
    [Fact]
    public async Task Auto_is_live_when_an_exchange_answers()
    {
        await using var exchange = await SimulatorUnderTest.StartAsync();

        var plan = await ResolveAsync(("Feeds:Mode", "auto"), ("Feeds:Coinbase:Rest", $"http://127.0.0.1:{FreePort.Next()}/"), ("Feeds:Binance:Rest", $"{exchange.Address}binance/"));

        Assert.Equal((FeedMode.Live, ""), (plan.Mode, plan.SourceSuffix));
    }

    [Fact]
    public async Task Auto_is_simulated_when_no_exchange_answers_within_three_seconds()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var address = $"http://{silent.LocalEndpoint}/";
        var started = System.Diagnostics.Stopwatch.StartNew();

        var plan = await ResolveAsync(("Feeds:Coinbase:Rest", address), ("Feeds:Binance:Rest", address), ("services:marketsimulator:http:0", "http://127.0.0.1:1"));

        Assert.Equal((FeedMode.Simulated, "-sim"), (plan.Mode, plan.SourceSuffix));
        Assert.InRange(started.Elapsed.TotalSeconds, 2.9, 5);
    }

    [Theory]
    [InlineData("live", FeedMode.Live, "")]
    [InlineData("Simulated", FeedMode.Simulated, "-sim")]
    [InlineData("replay", FeedMode.Replay, "-replay")]
    public async Task A_given_mode_is_taken_as_it_is(string mode, FeedMode expected, string suffix)
    {
        var plan = await ResolveAsync(("Feeds:Mode", mode), ("services:marketsimulator:http:0", "http://127.0.0.1:1"));

        Assert.Equal((expected, suffix), (plan.Mode, plan.SourceSuffix));
    }

    [Theory]
    [InlineData("Feeds:Mode", "sometimes", "Feeds:Mode is 'sometimes': expected auto, live, simulated or replay.")]
    [InlineData("Feeds:Mode", "1", "Feeds:Mode is '1'")]
    [InlineData("Feeds:Mode", "replay", "services:marketsimulator:http:0 is ''")]
    [InlineData("Feeds:Venues", "coinbase;mtgox", "Feeds:Venues is 'mtgox'")]
    [InlineData("Feeds:Binance:Rest", "not an address", "Feeds:binance:Rest is 'not an address'")]
    public void A_setting_that_makes_no_sense_is_named(string name, string value, string expected) =>
        Assert.Contains(expected, Assert.Throws<SettingException>(() => Settings((name, value))).Message);

    [Fact]
    public void Symbols_are_given_as_a_list_or_one_by_one()
    {
        Assert.Equal(["BTC", "XRP"], Settings(("Feeds:Symbols", "BTC; XRP")).Coins);
        Assert.Equal(["BTC", "XRP"], Settings(("Feeds:Symbols:0", "BTC"), ("Feeds:Symbols:1", "XRP")).Coins);
        Assert.Equal(["BTC", "ETH", "SOL", "ADA", "DOGE"], Settings().Coins);
    }

    private static FeedSettings Settings(params (string, string?)[] values) =>
        FeedSettings.From(new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => v.Item1, v => v.Item2)).Build());

    private static async Task<FeedPlan> ResolveAsync(params (string, string?)[] values)
    {
        using var http = new HttpClient();
        return await new FeedModeResolver(http, Settings(values), TimeProvider.System).ResolveAsync(CancellationToken.None);
    }
}
