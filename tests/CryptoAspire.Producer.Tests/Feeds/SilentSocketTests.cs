using System.Diagnostics;
using CryptoAspire.Producer.Tests.Simulator;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.Feeds;

/// <summary>Apart from the other feed tests, because waiting for silence takes long and costs nothing: it runs beside them.</summary>
public sealed class SilentSocketTests
{
    [Theory]
    [InlineData("coinbase", "BTC-USD")]
    [InlineData("binance", "BTC-USDT")]
    public async Task A_half_open_socket_is_noticed_within_ten_seconds_and_replaced_without_loss(string venue, string symbol)
    {
        await using var simulator = await SimulatorUnderTest.StartAsync("--Simulator:TicksPerSecond=400");
        await using var proxy = new FaultyProxy(simulator.Address);
        await using var feed = venue == "coinbase" ? FeedUnderTest.Coinbase(proxy.Address) : FeedUnderTest.Binance(proxy.Address);
        await Eventually.True(() => feed.Trades(symbol).Count > 20);

        var silence = Stopwatch.StartNew();
        await proxy.GoSilentAsync();
        await Eventually.True(() => feed.Status.Reconnects > 0);
        Assert.InRange(silence.Elapsed.TotalSeconds, 5, 10.5);
        var seen = feed.Trades(symbol).Count;
        await Eventually.True(() => feed.Trades(symbol).Count > seen + 20);

        VenueFeedTests.AssertEqualsMarket(simulator, venue, symbol, feed.Trades(symbol));
    }
}
