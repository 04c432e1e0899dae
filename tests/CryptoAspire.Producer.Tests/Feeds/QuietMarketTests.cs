using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Tests.Simulator;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.Feeds;

public sealed class QuietMarketTests
{
    [Fact]
    public async Task A_quiet_market_is_not_mistaken_for_a_dead_socket()
    {
        // Binance's streams carry nothing but trades: when a replay has ended they are silent altogether.
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory["one.txt"],
            """1723161254087896568 {"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":1,"p":"1","q":"1","T":1723161255342,"m":true,"M":true}}""");
        await using var simulator = await SimulatorUnderTest.ReplayAsync("max", directory["one.txt"]);
        await using var feed = FeedUnderTest.Binance(simulator.Address, FeedMode.Replay);
        await Eventually.True(() => feed.Trades("BTC-USDT").Count == 1);

        await Task.Delay(TimeSpan.FromSeconds(10));

        Assert.Equal((0, "connected"), (feed.Status.Reconnects, feed.Status.State));
        Assert.InRange(feed.Status.LastMessageAge!.Value, 0, 5);
    }
}
