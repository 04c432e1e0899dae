namespace CryptoAspire.Market.Tests;

public class WatermarksTests
{
    private const long Second = 1_000_000;
    private const string Btc = "BTC-USD";

    private readonly Watermarks _marks = new();

    [Fact]
    public void A_sources_mark_is_its_newest_event_less_two_seconds_and_never_goes_back()
    {
        _marks.Observe(Btc, "coinbase", 100 * Second, nowUs: 0);
        _marks.Observe(Btc, "coinbase", 90 * Second, nowUs: 0);

        Assert.Equal(98 * Second, _marks.Of(Btc, "coinbase", 0));
        Assert.Equal(Watermarks.None, _marks.Of(Btc, "binance", 0));
        Assert.Equal(Watermarks.None, _marks.Of("ETH-USD", Venue.All, 0));
    }

    [Fact]
    public void The_slowest_source_holds_all_back_until_it_is_idle()
    {
        _marks.Observe(Btc, "coinbase", 100 * Second, nowUs: 0);
        _marks.Observe(Btc, "binance", 40 * Second, nowUs: 0);
        Assert.Equal(38 * Second, _marks.Of(Btc, Venue.All, 10 * Second));

        _marks.Observe(Btc, "coinbase", 111 * Second, nowUs: 11 * Second);
        Assert.Equal(109 * Second, _marks.Of(Btc, Venue.All, 11 * Second));
    }
}
