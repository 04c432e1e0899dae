using System.Text;
using CryptoAspire.Market.Bronze;
using CryptoAspire.MarketSimulator.Markets;
using CryptoAspire.MarketSimulator.Venues.Gemini;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Rest;
using CryptoAspire.Producer.Tests.Simulator;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Producer.Venues.CoinbaseSpot;
using CryptoAspire.Producer.Venues.Gemini;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.Feeds;

/// <summary>What every venue must survive, over real sockets: at the end Bronze has each trade that the market made, once.</summary>
public sealed class VenueMatrixTests
{
    private const string Rate = "--Simulator:TicksPerSecond=2000";

    private static readonly VenueEntry GeminiStreams = VenueCatalog.Find("gemini")! with { SimulatorSocket = "ws" };

    // Side by side, because most of it is waiting.
    [Fact]
    public async Task A_socket_cut_and_then_half_open_loses_no_trade_and_repeats_none()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync(Rate);
        await Task.WhenAll(new[] { "kraken", "gemini", "gemini streams", "coinbase-advanced", "binance-agg" }.Select(venue => SurviveAsync(simulator, venue)));
    }

    private static async Task SurviveAsync(SimulatorUnderTest simulator, string venue)
    {
        await using var proxy = new FaultyProxy(simulator.Address);
        await using var feed = FeedUnderTest.Of(Entry(venue), proxy.Address);
        var (btc, doge) = venue == "binance-agg" ? ("BTC-USDT", "DOGE-USDT") : ("BTC-USD", "DOGE-USD");
        await Eventually.True(() => feed.Trades(btc).Count > 100 && feed.Trades(doge).Count > 100, TimeSpan.FromSeconds(40));

        foreach (var fault in new Func<Task>[] { () => { proxy.Cut(); return Task.CompletedTask; }, proxy.GoSilentAsync })
        {
            var before = feed.Status.Reconnects;
            await fault();
            await Eventually.True(() => feed.Status.Reconnects > before && feed.Status.IsConnected, TimeSpan.FromSeconds(40));
            var newest = feed.Trades(btc).Max(t => t.EventTimeUs);
            await Eventually.True(() => feed.Trades(btc).Max(t => t.EventTimeUs) > newest + 2_000_000, TimeSpan.FromSeconds(40));
        }

        // A venue with sparse ids lets live trades pass while it fetches those that it missed.
        foreach (var symbol in new[] { btc, doge })
            await Eventually.Passes(() => { AssertComplete(simulator.Market, venue, symbol, feed.Trades(symbol)); return Task.CompletedTask; }, TimeSpan.FromSeconds(60));
        Assert.Empty(feed.DeadLetters);
        Assert.True(feed.Status.RepairedTrades > 0);
    }

    [Theory]
    [InlineData("kraken")]
    [InlineData("gemini")]
    [InlineData("coinbase-advanced")]
    [InlineData("binance")]
    public async Task Tickers_bring_price_quote_and_the_days_volume(string venue)
    {
        await using var simulator = await SimulatorUnderTest.StartAsync(Rate);
        await using var feed = FeedUnderTest.Of(Entry(venue), simulator.Address);
        bool IsWanted(BronzeRecord r) => r is { Kind: BronzeKind.Ticker, Bid: not null } && r.Symbol.Name == (venue == "binance" ? "BTC-USDT" : "BTC-USD");
        await Eventually.True(() => feed.Records.Any(IsWanted), TimeSpan.FromSeconds(40));

        var ticker = feed.Records.First(IsWanted);
        Assert.True(ticker.Bid < ticker.Ask && ticker.Volume24h > 0, ticker.ToString());
        Assert.Equal(venue + "-sim", ticker.Source);
        Assert.InRange(ticker.EventTimeUs, ticker.ReceivedUs - 60_000_000, ticker.ReceivedUs + 5_000_000);
    }

    [Theory]
    [InlineData("kraken", """{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":1e400,"qty":1,"trade_id":7,"timestamp":"2026-10-06T17:35:55Z"}]}""")]
    [InlineData("gemini", """{"type":"trade","symbol":"BTCUSD","event_id":1,"timestamp":1786313194672,"price":"NaN","quantity":"1","side":"buy","tid":7}""")]
    [InlineData("gemini streams", """{"E":1751508438600117161,"s":"btcusd","t":7,"p":"-1","q":"0.25","m":true}""")]
    [InlineData("coinbase-advanced", """{"channel":"market_trades","timestamp":"2026-08-09T21:05:48Z","events":[{"type":"update","trades":[{"product_id":"BTC-USD","trade_id":"7","price":"1","size":"0","time":"2026-08-09T21:05:48Z","side":"SELL"}]}]}""")]
    public async Task Hostile_messages_go_to_the_dead_letters_and_the_connection_lives_on(string venue, string bad)
    {
        byte[][] hostile =
        [
            .. new[] { "not json", "[1,2,3]", """{"unknown":"type of message","type":"x","channel":"x","e":"x"}""", bad, "{\"data\":" + new string('[', 500) }.Select(Encoding.UTF8.GetBytes),
            Encoding.UTF8.GetBytes("{\"x\":\"" + new string('x', 10 << 20) + "\"}"),
        ];
        await using var simulator = await SimulatorUnderTest.StartAsync(Rate);
        await using var proxy = await HostileProxy.StartAsync(simulator.Address, hostile);
        await using var feed = FeedUnderTest.Of(Entry(venue), proxy.Address);

        await Eventually.True(() => feed.DeadLetters.Count >= 5 && feed.Trades("BTC-USD").Count > 200, TimeSpan.FromSeconds(40));

        // All but the unknown type, which is no error.
        Assert.Equal([hostile[0], hostile[1], hostile[3], hostile[4], hostile[5][..(64 * 1024)]], feed.DeadLetters.Take(5).Select(d => d.Value));
        Assert.Equal(1, proxy.Connections);
        await Eventually.Passes(() => { AssertComplete(simulator.Market, venue, "BTC-USD", feed.Trades("BTC-USD")); return Task.CompletedTask; }, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task What_Coinbase_says_of_a_products_trading_is_shown()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync(Rate);
        await using var proxy = await HostileProxy.StartAsync(simulator.Address,
            """{"type":"status","currencies":[],"products":[{"id":"BTC-USD","status":"cancel_only"},{"id":"ETH-USD","status":"online"},{"id":"XYZ-USD","status":"delisted"}]}"""u8.ToArray());
        await using var feed = FeedUnderTest.Coinbase(proxy.Address);

        await Eventually.True(() => feed.Status.Refused.ContainsKey("trading BTC-USD"));
        Assert.Equal("cancel_only", Assert.Single(feed.Status.Refused).Value);
        // The simulator's own announcement, seconds later, says that it trades.
        await Eventually.True(() => feed.Status.Refused.Count == 0);
        Assert.Empty(feed.DeadLetters);
    }

    [Fact]
    public async Task Binances_mini_tickers_come_every_second_with_the_days_volume()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync(Rate);
        await using var feed = FeedUnderTest.Binance(simulator.Address);

        BronzeRecord[] Tickers() => [.. feed.Records.Where(r => r is { Kind: BronzeKind.Ticker, Bid: null } && r.Symbol.Name == "ETH-USDT")];
        await Eventually.True(() => Tickers().Length >= 3, TimeSpan.FromSeconds(40));
        Assert.All(Tickers(), t => Assert.True(t.Volume24h > 0 && t.Source == "binance-sim", t.ToString()));
        Assert.InRange(Tickers()[2].EventTimeUs - Tickers()[0].EventTimeUs, 1_000_000, 20_000_000);
    }

    [Fact]
    public async Task Coinbases_spot_price_is_a_ticker_with_the_Exchanges_volume()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync();
        using var http = new HttpClient();
        VenueRest Rest(string path, RestLimit limit) => new(http, new Uri(simulator.Address, path), new RequestBudget("venue", limit, TimeProvider.System), limit, TimeProvider.System);
        var source = new CoinbaseSpotSource(Rest("coinbase-v2/", CoinbaseSpotSource.Limit), Rest("coinbase/", new RestLimit(8, 12)), new FixedSymbols(["bitcoin", "ETH"]), TimeProvider.System);
        var outlet = new CollectingOutlet();

        await source.PollAsync(outlet, CancellationToken.None);

        Assert.Equal(["BTC-USD", "ETH-USD"], outlet.Tickers.Select(t => t.Instrument.Symbol.Name).Order());
        Assert.All(outlet.Tickers, t => Assert.True(t.Ticker is { Price: > 0, Volume24h: > 0, Bid: null } && t.Ticker.EventTimeUs % 10_000_000 == 0, t.ToString()));
        Assert.Equal(TimeSpan.FromSeconds(10), source.Interval);
    }

    [Theory]
    [InlineData("wss://api.gemini.com/v2/marketdata", typeof(GeminiVenue))]
    [InlineData("wss://ws.gemini.com", typeof(GeminiStreamVenue))]
    [InlineData("wss://ws.sandbox.gemini.com/?snapshot=-1", typeof(GeminiStreamVenue))]
    public void The_address_of_Geminis_socket_decides_which_of_its_interfaces_is_spoken(string socket, Type venue)
    {
        var limit = new RestLimit(1, 1);
        Assert.IsType(venue, GeminiRest.Connect(new VenueRest(new HttpClient(), GeminiRest.LiveAddress, new RequestBudget("venue", limit, TimeProvider.System), limit, TimeProvider.System), new Uri(socket)));
    }

    private static VenueEntry Entry(string name) => name == "gemini streams" ? GeminiStreams : VenueCatalog.Find(name)!;

    /// <summary>From the first to the last that we have, all that the market made, each once, and as it made them.</summary>
    private static void AssertComplete(IMarket market, string venue, string symbol, IReadOnlyList<BronzeRecord> trades)
    {
        var isGemini = venue.StartsWith("gemini", StringComparison.Ordinal);
        var offset = venue == "binance-agg" ? 1_000 : 0;   // aggregates have ids of their own
        var instrument = market.InstrumentsOf(isGemini ? VenueNames.Gemini : venue switch { "kraken" => VenueNames.Kraken, "binance-agg" => VenueNames.Binance, _ => VenueNames.Coinbase }).Single(i => $"{i.Base}-{i.Quote}" == symbol);
        var ours = trades.OrderBy(t => t.TradeId).ToList();
        Assert.Equal(ours.Count, ours.DistinctBy(t => t.TradeId).Count());
        long MarketId(long id) => isGemini ? GeminiTradeId.FirstAfter(instrument, id - 1) : id - offset;
        var (first, last) = (MarketId(ours[0].TradeId), MarketId(ours[^1].TradeId));
        var theirs = market.TradesFrom(instrument, first, (int)(last - first + 1));
        Assert.True(theirs.Count == ours.Count, $"{venue} {symbol}: {ours.Count} of {theirs.Count} trades");
        Assert.Equal(theirs.Select(t => (isGemini ? GeminiTradeId.Of(t) : t.Id + offset, t.Price, t.Size, t.TakerBuys, t.TimeUs / 1_000)),
            ours.Select(t => (t.TradeId, t.Price, t.Size, t.Side == Market.Side.Buy, t.EventTimeUs / 1_000)));
    }
}
