using CryptoAspire.Dashboard.Live;

namespace CryptoAspire.Dashboard.Tests;

public sealed class FeedStatusTests
{
    [Theory]
    [InlineData("waiting")]
    [InlineData("live", "coinbase", "binance")]
    [InlineData("simulated", "coinbase-sim", "binance-sim")]
    [InlineData("replay", "binance-replay")]
    [InlineData("mixed", "coinbase", "binance-sim")]
    [InlineData("mixed", "coinbase-sim", "binance-replay")]
    public void The_label_follows_from_the_sources(string mode, params string[] sources) => Assert.Equal(mode, FeedStatus.ModeOf(sources));

    [Fact]
    public void Rates_are_those_of_the_last_second_and_a_silent_source_leaves_after_five_minutes()
    {
        var feed = new FeedStatus();
        feed.Received("coinbase-sim", "BTC-USD", 1000);
        feed.Received("coinbase-sim", "ETH-USD", 1500);
        feed.Flush(2000, []);
        var source = Assert.Single(feed.Status.Sources);
        Assert.Equal((2, 2L, 1500L), (source.Symbols, source.PerSecond, source.ReceivedAt));

        feed.Flush(3000, []);
        Assert.Equal(0, Assert.Single(feed.Status.Sources).PerSecond);
        feed.Flush(302_000, []);
        Assert.Empty(feed.Status.Sources);
    }

    [Fact]
    public void Before_the_first_tick_the_rows_of_the_database_decide_the_label()
    {
        var feed = new FeedStatus();
        feed.Flush(0, ["binance-replay"]);
        Assert.Equal("replay", feed.Status.Mode);
    }
}
