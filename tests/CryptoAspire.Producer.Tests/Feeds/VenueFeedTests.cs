using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using CryptoAspire.MarketSimulator.Markets;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Tests.Parsers;
using CryptoAspire.Producer.Tests.Simulator;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.Feeds;

/// <summary>The feeds against the simulator, over real sockets, with real faults.</summary>
public sealed class VenueFeedTests
{
    private const string Rate = "--Simulator:TicksPerSecond=400";

    [Fact]
    public async Task Coinbase_trades_arrive_as_the_market_made_them()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync(Rate);
        await using var feed = FeedUnderTest.Coinbase(simulator.Address);

        await Eventually.True(() => feed.Trades("BTC-USD").Count > 100 && feed.Trades("DOGE-USD").Count > 20);

        Assert.All(feed.Trades("BTC-USD"), t => Assert.Equal(("coinbase-sim", "BTC", "USD"), (t.Source, t.Symbol.Base, t.Symbol.Quote)));
        AssertEqualsMarket(simulator, VenueNames.Coinbase, "BTC-USD", feed.Trades("BTC-USD"));
        AssertEqualsMarket(simulator, VenueNames.Coinbase, "DOGE-USD", feed.Trades("DOGE-USD"));
        await Eventually.True(() => feed.Records.Any(r => r.Kind == BronzeKind.Ticker));
        var ticker = feed.Records.First(r => r.Kind == BronzeKind.Ticker);
        Assert.True(ticker.Bid < ticker.Ask && ticker.Volume24h > 0);
    }

    [Fact]
    public async Task Binance_trades_arrive_as_the_market_made_them()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync(Rate);
        await using var feed = FeedUnderTest.Binance(simulator.Address);

        await Eventually.True(() => feed.Trades("BTC-USDT").Count > 100 && feed.Trades("ADA-USDT").Count > 20);

        Assert.Equal("binance-sim", feed.Trades("BTC-USDT")[0].Source);
        AssertEqualsMarket(simulator, VenueNames.Binance, "BTC-USDT", feed.Trades("BTC-USDT"));
        AssertEqualsMarket(simulator, VenueNames.Binance, "ADA-USDT", feed.Trades("ADA-USDT"));
    }

    [Theory]
    [InlineData("coinbase", "BTC-USD")]
    [InlineData("binance", "BTC-USDT")]
    public async Task A_socket_cut_again_and_again_loses_no_trade_and_repeats_none(string venue, string symbol)
    {
        await using var simulator = await SimulatorUnderTest.StartAsync(Rate);
        await using var proxy = new FaultyProxy(simulator.Address);
        await using var feed = venue == "coinbase" ? FeedUnderTest.Coinbase(proxy.Address) : FeedUnderTest.Binance(proxy.Address);
        await Eventually.True(() => feed.Trades(symbol).Count > 20);

        for (var cut = 1; cut <= 3; cut++)
        {
            var before = feed.Status.Reconnects;
            proxy.Cut();
            await Eventually.True(() => feed.Status.Reconnects > before && feed.Status.IsConnected);
            var seen = feed.Trades(symbol).Count;
            await Eventually.True(() => feed.Trades(symbol).Count > seen + 20);
        }

        AssertEqualsMarket(simulator, venue, symbol, feed.Trades(symbol));
        Assert.True(feed.Status.RepairedTrades > 0);
    }

    [Fact]
    public async Task Trades_of_a_simulator_outage_are_fetched_when_it_is_back()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync(Rate);
        await using var feed = FeedUnderTest.Coinbase(simulator.Address);
        await Eventually.True(() => feed.Trades("BTC-USD").Count > 20);

        await simulator.StopAsync();
        await Task.Delay(1_500);
        await simulator.StartAgainAsync();
        var seen = feed.Trades("BTC-USD").Count;
        await Eventually.True(() => feed.Trades("BTC-USD").Count > seen + 100);

        AssertEqualsMarket(simulator, VenueNames.Coinbase, "BTC-USD", feed.Trades("BTC-USD"));
    }

    [Fact]
    public async Task A_writer_that_stops_makes_the_socket_wait_and_loses_nothing()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync("--Simulator:TicksPerSecond=20000");
        await using var feed = FeedUnderTest.Binance(simulator.Address);
        await Eventually.True(() => feed.Trades("BTC-USDT").Count > 20);

        feed.Pause();
        await Eventually.True(() => feed.QueueLength == Producer.Kafka.OutboundQueue.Capacity);
        await Task.Delay(500);
        Assert.Equal(Producer.Kafka.OutboundQueue.Capacity, feed.QueueLength);
        feed.Resume();
        var seen = feed.Trades("BTC-USDT").Count;
        await Eventually.True(() => feed.Trades("BTC-USDT").Count > seen + 10_000);

        AssertEqualsMarket(simulator, VenueNames.Binance, "BTC-USDT", feed.Trades("BTC-USDT"));
    }

    [SharedDataFact(Captures.SpotBtc, Captures.SpotEth)]
    public async Task A_replay_at_full_speed_delivers_every_trade_once()
    {
        await using var simulator = await SimulatorUnderTest.ReplayAsync("max", SharedData.File(Captures.SpotBtc), SharedData.File(Captures.SpotEth));
        await using var feed = FeedUnderTest.Binance(simulator.Address, FeedMode.Replay);

        await Eventually.True(() => feed.Records.Count >= 9_757 + 6_106);

        Assert.Equal(Enumerable.Range(0, 9_757).Select(i => 3_735_683_259 + i), feed.Trades("BTC-USDT").Select(t => t.TradeId));
        Assert.Equal(6_106, feed.Trades("ETH-USDT").Select(t => t.TradeId).Distinct().Count());
        Assert.Equal(9_757 + 6_106, feed.Records.Count);
        Assert.All(feed.Records.Take(100), r => Assert.Equal("binance-replay", r.Source));
    }

    [SharedDataFact(Captures.SpotBtc, Captures.SpotEth)]
    public async Task A_replay_cut_in_the_middle_still_delivers_every_trade_once()
    {
        await using var simulator = await SimulatorUnderTest.ReplayAsync("100", SharedData.File(Captures.SpotBtc), SharedData.File(Captures.SpotEth));
        await using var proxy = new FaultyProxy(simulator.Address);
        await using var feed = FeedUnderTest.Binance(proxy.Address, FeedMode.Replay);

        foreach (var progress in new[] { 2_000, 6_000, 10_000 })
        {
            await Eventually.True(() => feed.Records.Count > progress);
            proxy.Cut();
        }
        await Eventually.True(() => feed.Records.Count >= 9_757 + 6_106);
        await Task.Delay(200);

        Assert.Equal(Enumerable.Range(0, 9_757).Select(i => 3_735_683_259 + i), feed.Trades("BTC-USDT").Select(t => t.TradeId));
        Assert.Equal(9_757 + 6_106, feed.Records.Count);
    }

    [SharedDataFact(Captures.SpotBtc)]
    public async Task A_simulator_killed_in_the_middle_of_a_replay_begins_again_and_nothing_is_missing()
    {
        await using var simulator = await SimulatorUnderTest.ReplayAsync("50", SharedData.File(Captures.SpotBtc));
        await using var feed = FeedUnderTest.Binance(simulator.Address, FeedMode.Replay);
        await Eventually.True(() => feed.Records.Count > 3_000);

        await simulator.StopAsync();
        await simulator.StartAgainAsync();

        await Eventually.True(() => feed.Records.Count >= 9_757, TimeSpan.FromSeconds(40));
        Assert.Equal(Enumerable.Range(0, 9_757).Select(i => 3_735_683_259 + i), feed.Trades("BTC-USDT").Select(t => t.TradeId));
    }

    [Fact]
    public async Task A_venue_that_is_not_there_is_tried_again_for_ever()
    {
        await using var feed = FeedUnderTest.Coinbase(new Uri($"http://127.0.0.1:{FreePort.Next()}/"));

        await Eventually.True(() => feed.Status.Reconnects >= 3);

        Assert.Contains(feed.Status.State, new[] { "connecting", "waiting" });
        Assert.Contains("refused", feed.Status.LastProblem);
    }

    internal static void AssertEqualsMarket(SimulatorUnderTest simulator, string venue, string symbol, IReadOnlyList<BronzeRecord> arrived)
    {
        var instrument = simulator.Market.InstrumentsOf(venue).Single(i => $"{i.Base}-{i.Quote}" == symbol);
        var made = simulator.Market.TradesFrom(instrument, arrived[0].TradeId, arrived.Count);
        var grain = venue == VenueNames.Binance ? 1_000 : 1;   // Binance prints milliseconds

        Assert.Equal(
            made.Select(t => (t.Id, t.TimeUs / grain * grain, t.Price, t.Size, t.TakerBuys ? Side.Buy : Side.Sell)),
            arrived.Select(t => (t.TradeId, t.EventTimeUs, t.Price, t.Size, t.Side)));
    }
}
