using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.Market.Tests;

public class VocabularyTests
{
    [Theory]
    [InlineData("BTC-USD", "BTC-USD")]
    [InlineData("BTCUSDT", "BTC-USDT")]
    [InlineData("btcusdt", "BTC-USDT")]
    [InlineData("XBT/USD", "BTC-USD")]
    [InlineData("XXBTZUSD", "BTC-USD")]
    [InlineData("XETHXXBT", "ETH-BTC")]
    [InlineData("XDGUSD", "DOGE-USD")]
    [InlineData("DOTUSD", "DOT-USD")]
    [InlineData("ETHFDUSD", "ETH-FDUSD")]
    [InlineData("1INCH-USD", "1INCH-USD")]
    [InlineData("1000SATSUSDT", "1000SATS-USDT")]
    [InlineData("BTC/USD", "BTC-USD")]
    [InlineData("bitcoin", "BTC-USD")]
    [InlineData("Ethereum", "ETH-USD")]
    [InlineData("avalanche-2", "AVAX-USD")]
    [InlineData("shiba-inu", "SHIB-USD")]
    public void Symbols_have_one_name_whatever_the_venue_writes(string spelling, string canonical)
    {
        Assert.Equal(canonical, Symbol.Parse(spelling).Name);
        Assert.Equal(Symbol.Parse(canonical), Symbol.Parse(spelling));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("BTC-")]
    [InlineData("USD")]
    [InlineData("BTC-USD-X")]
    [InlineData("BTC USD")]
    [InlineData("ΒTC-USD")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-USD")]
    public void What_is_not_a_pair_is_not_a_symbol(string? text) => Assert.False(Symbol.TryParse(text, out _));

    [Theory]
    [InlineData("coinbase", "coinbase", true, false, false)]
    [InlineData("binance-replay", "binance", true, false, true)]
    [InlineData("coinbase-sim", "coinbase", true, true, false)]
    [InlineData("gemini-sim", "gemini", false, true, false)]
    [InlineData("somewhere", "somewhere", false, false, false)]
    public void A_source_tells_its_venue_and_whether_it_is_live(string source, string venue, bool contiguous, bool simulated, bool replayed)
    {
        Assert.Equal(new Venue(venue, contiguous), Venue.OfSource(source));
        Assert.Equal((simulated, replayed), (Venue.IsSimulated(source), Venue.IsReplayed(source)));
    }

    [Fact]
    public void Every_time_is_in_the_bucket_that_starts_at_or_before_it() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seconds =>
        Intervals.All.All(interval =>
        {
            var time = seconds * 1_000_003L;
            var start = interval.StartOf(time);
            return start <= time && time < start + interval.Microseconds() && start % interval.Microseconds() == 0;
        })).QuickCheckThrowOnFailure();

    [Fact]
    public void Interval_names_are_read_back()
    {
        Assert.Equal(["1m", "5m", "15m", "1h", "4h", "1d"], Intervals.All.Select(interval => interval.Name()));
        Assert.Equal(Intervals.All, Intervals.All.Select(interval => Intervals.Parse(interval.Name())));
        Assert.Throws<FormatException>(() => Intervals.Parse("2m"));
    }

    [Fact]
    public void Decimal_text_is_read_exactly() => Prop.ForAll(ArbMap.Default.ArbFor<decimal>(), value =>
    {
        var text = value.ToString(CultureInfo.InvariantCulture);
        var read = DecimalText.TryParse(Encoding.ASCII.GetBytes(text), out var number);
        return read ? number == value : text.TrimStart('-').Replace(".", "").TrimStart('0').Length > 28;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("61837.63000000", "61837.63")]
    [InlineData("0.00000000", "0")]
    [InlineData("100", "100")]
    [InlineData("-12.50", "-12.5")]
    [InlineData("9999999999999999999", "9999999999999999999")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    public void Zeros_at_the_end_of_a_fraction_are_dropped(string text, string kept)
    {
        Assert.True(DecimalText.TryParse(Encoding.ASCII.GetBytes(text), out var value));
        Assert.Equal(kept, value.ToString(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1..")]
    [InlineData("1..0")]
    [InlineData("1.2.3")]
    [InlineData("1.000000000000000000000000000000.")]
    [InlineData("+1")]
    [InlineData("1,000")]
    [InlineData(" 1")]
    [InlineData("0x10")]
    [InlineData("--1")]
    [InlineData("12345678901234567890x")]
    public void What_is_not_a_plain_decimal_is_not_read(string text) => Assert.False(DecimalText.TryParse(Encoding.ASCII.GetBytes(text), out _));
}
