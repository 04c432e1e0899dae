using CryptoAspire.MarketSimulator.Faults;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Tests.Simulator;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.Feeds;

/// <summary>Each way in which an exchange misbehaves, injected by the simulator: afterwards the trades are what the market made, each once.</summary>
public sealed class FaultTests
{
    private const string Rate = "--Simulator:TicksPerSecond=400";

    [Theory]
    [InlineData("coinbase", "BTC-USD", FaultKind.Gap)]
    [InlineData("binance", "BTC-USDT", FaultKind.Gap)]
    [InlineData("binance", "BTC-USDT", FaultKind.Duplicate)]
    [InlineData("coinbase", "BTC-USD", FaultKind.Reorder)]
    [InlineData("coinbase", "BTC-USD", FaultKind.Garbage)]
    public async Task Messages_lost_repeated_swapped_or_spoiled_leave_no_trace(string venue, string symbol, FaultKind kind)
    {
        await using var simulator = await SimulatorUnderTest.StartAsync(Rate);
        await using var feed = FeedUnderTest.Of(venue, simulator.Address);
        await Eventually.True(() => feed.Status.IsConnected && feed.Trades(symbol).Count > 20);

        simulator.Faults.Start(kind, venue, TimeSpan.FromSeconds(2), share: 0.2, offsetSeconds: 0);
        await Eventually.True(() => simulator.Faults.Injected[kind] > 20 && simulator.Faults.Active.Count == 0);
        var seen = feed.Trades(symbol).Count;
        // Many small gaps take the venue's request budget of a minute.
        await Eventually.True(() => feed.Trades(symbol).Count > seen + 100, TimeSpan.FromSeconds(150));

        VenueFeedTests.AssertEqualsMarket(simulator, venue, symbol, feed.Trades(symbol));
        Assert.Equal(0, feed.Status.Reconnects);
        if (kind == FaultKind.Garbage) Assert.True(feed.Status.Rejected > 10);
    }

    [Fact]
    public async Task A_connection_is_replaced_before_its_time_is_up_and_nobody_notices()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync(Rate);
        await using var feed = FeedUnderTest.Binance(simulator.Address, change: s => s with { ConnectionLifetime = TimeSpan.FromSeconds(2), Overlap = TimeSpan.FromMilliseconds(300) });

        await Eventually.True(() => feed.Status.Rotations >= 2, TimeSpan.FromSeconds(40));

        VenueFeedTests.AssertEqualsMarket(simulator, "binance", "BTC-USDT", feed.Trades("BTC-USDT"));
        Assert.Equal((0, "connected"), (feed.Status.Reconnects, feed.Status.State));
        Assert.True(feed.Status.Duplicates > 0, "the two connections did not overlap");
    }

    [Fact]
    public async Task A_cut_that_the_venue_announces_is_invisible()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync(Rate);
        await using var feed = FeedUnderTest.Binance(simulator.Address, change: s => s with { Overlap = TimeSpan.FromMilliseconds(300) });
        await Eventually.True(() => feed.Status.IsConnected && feed.Trades("BTC-USDT").Count > 20);

        simulator.Faults.Start(FaultKind.Cut, "binance", TimeSpan.FromSeconds(15), 1, 0);
        await Eventually.True(() => feed.Status.Rotations == 1, TimeSpan.FromSeconds(40));
        var seen = feed.Trades("BTC-USDT").Count;
        await Eventually.True(() => feed.Trades("BTC-USDT").Count > seen + 50);

        VenueFeedTests.AssertEqualsMarket(simulator, "binance", "BTC-USDT", feed.Trades("BTC-USDT"));
        Assert.Equal(0, feed.Status.Reconnects);
    }

    [Fact]
    public async Task A_storm_of_429_is_obeyed_and_what_was_missed_meanwhile_is_fetched_after_it()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync(Rate);
        await using var feed = FeedUnderTest.Coinbase(simulator.Address);
        await Eventually.True(() => feed.Status.IsConnected && feed.Trades("BTC-USD").Count > 20);

        simulator.Faults.Start(FaultKind.RateLimit, "coinbase", TimeSpan.FromSeconds(4), 1, 0);
        simulator.Faults.Start(FaultKind.Gap, "coinbase", TimeSpan.FromSeconds(1), 0.3, 0);
        await Eventually.True(() => simulator.Faults.Active.Count == 0);
        Assert.InRange(simulator.Faults.Injected[FaultKind.RateLimit], 1, 6);   // one for each instrument at most, whose requests were on their way together
        var seen = feed.Trades("BTC-USD").Count;
        await Eventually.True(() => feed.Trades("BTC-USD").Count > seen + 100);

        VenueFeedTests.AssertEqualsMarket(simulator, "coinbase", "BTC-USD", feed.Trades("BTC-USD"));
    }

    [Fact]
    public async Task A_clock_that_is_wrong_is_measured()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync("--Simulator:Faults=clockskew:binance:3600:1:-7.5");
        await using var feed = FeedUnderTest.Binance(simulator.Address, change: s => s with { ClockPause = TimeSpan.FromMilliseconds(200) });

        await Eventually.True(() => feed.Status.ClockOffsetMs is > -8_000 and < -7_000);
    }

    [Fact]
    public async Task Symbols_are_followed_and_left_while_the_others_flow_on_the_same_connection()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync(Rate);
        var wishes = new ChangingSymbols("BTC");
        await using var feed = FeedUnderTest.Coinbase(simulator.Address, tracked: wishes);
        await Eventually.True(() => feed.Trades("BTC-USD").Count > 20);
        Assert.Empty(feed.Trades("ETH-USD"));

        wishes.Change("BTC", "ETH-USD", "NOTLISTED");
        await Eventually.True(() => feed.Trades("ETH-USD").Count > 20);
        wishes.Change("BTC");
        await Eventually.True(() => feed.Status.Instruments.Count == 1);
        var (btc, eth) = (feed.Trades("BTC-USD").Count, feed.Trades("ETH-USD").Count);
        await Eventually.True(() => feed.Trades("BTC-USD").Count > btc + 50);

        Assert.InRange(feed.Trades("ETH-USD").Count, eth, eth + 5);
        VenueFeedTests.AssertEqualsMarket(simulator, "coinbase", "BTC-USD", feed.Trades("BTC-USD"));
        Assert.Equal(0, feed.Status.Reconnects);
        Assert.Equal(1, simulator.Faults.Connections("coinbase"));
    }
}
