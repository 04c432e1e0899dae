using System.Net;
using System.Net.Sockets;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Rest;
using CryptoAspire.Producer.Tests.Simulator;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

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
        var clock = new FakeTimeProvider();

        var resolving = ResolveAsync(clock, ("Feeds:Coinbase:Rest", address), ("Feeds:Binance:Rest", address), ("services:marketsimulator:http:0", "http://127.0.0.1:1"));
        clock.Advance(TimeSpan.FromSeconds(2.9));
        await Task.Delay(300);
        Assert.False(resolving.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        var plan = await resolving.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal((FeedMode.Simulated, "-sim"), (plan.Mode, plan.SourceSuffix));
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
    [InlineData("Feeds:Venues", "coinbase;coinbase-advanced", "Feeds:Venues is 'coinbase-advanced': expected coinbase or coinbase-advanced")]
    [InlineData("Feeds:Venues", "binance-agg;binance", "Feeds:Venues is 'binance-agg': expected binance or binance-agg")]
    [InlineData("Feeds:RepairPatience", "-00:00:01", "Feeds:RepairPatience is '-00:00:01'")]
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

    [Fact]
    public void Channels_are_the_usual_ones_or_those_that_are_wanted()
    {
        var (rest, limit) = (new Uri("http://127.0.0.1:1/"), new RestLimit(1, 1));
        IVenue Venue(string name) => VenueCatalog.Find(name)!.Create(new VenueRest(new HttpClient(), rest, new RequestBudget(name, limit, TimeProvider.System), limit, TimeProvider.System), rest);
        IEnumerable<string> Of(string name, params (string, string?)[] values) => Settings(values).ChannelsOf(Venue(name)).Select(c => c.Name);

        Assert.Equal(["trade", "miniTicker", "kline_1m"], Of("binance"));
        Assert.Equal(["aggTrade", "miniTicker", "kline_1m"], Of("binance-agg"));
        Assert.Equal(["trade", "aggTrade"], Of("binance", ("Feeds:binance:Channels", "aggTrade;trade")));
        Assert.Equal(["matches"], Of("coinbase", ("Feeds:Coinbase:Channels:0", "matches")));
        Assert.Equal("Feeds:binance:Channels is 'depth': expected trade, aggTrade, miniTicker, kline_1m.",
            Assert.Throws<SettingException>(() => Of("binance", ("Feeds:binance:Channels", "trade;depth"))).Message);
        Assert.Equal("Feeds:binance:Channels is 'aggTrade': expected some of trade, aggTrade, miniTicker, kline_1m, and trade among them.",
            Assert.Throws<SettingException>(() => Of("binance", ("Feeds:binance:Channels", "aggTrade"))).Message);
    }

    private static FeedSettings Settings(params (string, string?)[] values) =>
        FeedSettings.From(new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => v.Item1, v => v.Item2)).Build());

    private static Task<FeedPlan> ResolveAsync(params (string, string?)[] values) => ResolveAsync(TimeProvider.System, values);

    private static async Task<FeedPlan> ResolveAsync(TimeProvider clock, params (string, string?)[] values)
    {
        using var http = new HttpClient();
        return await new FeedModeResolver(http, Settings(values), clock).ResolveAsync(CancellationToken.None);
    }
}
