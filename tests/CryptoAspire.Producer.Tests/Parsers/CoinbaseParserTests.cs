using System.Text;
using CryptoAspire.Market;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Producer.Venues.Coinbase;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.Parsers;

public sealed class CoinbaseParserTests
{
    [SharedDataFact(Captures.CoinbaseExchange)]
    public void The_capture_holds_the_documented_messages()
    {
        var messages = Captures.Cryptofeed(Captures.CoinbaseExchange).Select(m => Parsed.Coinbase(m)).ToList();

        Assert.Equal(6_060, messages.Count);
        Assert.Equal(73 + 5, messages.Count(m => m.IsTrade));
        Assert.Equal(78, messages.Count(m => m.IsTicker));
        Assert.Equal(2, messages.Count(m => m.IsConfirmation));   // the third confirms the order book alone
        Assert.Equal(5_896 + 5 + 1, messages.Count(m => m.IsIgnored));
    }

    [SharedDataFact(Captures.CoinbaseExchange)]
    public void Trade_ids_of_a_product_have_no_hole()
    {
        var trades = Captures.Cryptofeed(Captures.CoinbaseExchange).Select(m => Parsed.Coinbase(m)).Where(m => m.IsTrade).Select(m => m.Trade);

        Assert.All(trades.GroupBy(t => t.InstrumentId), product => Assert.Equal(product.Last().TradeId - product.First().TradeId + 1, product.Count()));
    }

    // A match prints the maker's side and the ticker of the same trade the taker's: after reading they must agree.
    [SharedDataFact(Captures.CoinbaseExchange)]
    public void The_taker_side_of_every_match_is_the_side_that_its_ticker_prints()
    {
        var raw = Captures.Cryptofeed(Captures.CoinbaseExchange).Select(m => System.Text.Json.JsonDocument.Parse(m).RootElement).ToList();
        var tickerSides = raw.Where(m => m.GetProperty("type").GetString() == "ticker")
            .ToDictionary(m => (m.GetProperty("product_id").GetString()!, m.GetProperty("trade_id").GetInt64()), m => m.GetProperty("side").GetString());
        var trades = Captures.Cryptofeed(Captures.CoinbaseExchange).Select(m => Parsed.Coinbase(m)).Where(m => m.IsTrade).Select(m => m.Trade).ToList();

        var both = trades.Where(t => tickerSides.ContainsKey((t.InstrumentId, t.TradeId))).ToList();
        Assert.True(both.Count > 70, $"only {both.Count} trades are in both channels");
        Assert.All(both, t => Assert.Equal(tickerSides[(t.InstrumentId, t.TradeId)], t.Side == Side.Buy ? "buy" : "sell"));
    }

    [Fact]
    public void A_match_is_read_with_every_digit_and_microsecond()
    {
        var message = Parsed.Coinbase("""{"type":"match","trade_id":881613,"maker_order_id":"27ff","taker_order_id":"1da6","side":"sell","size":"0.04","price":"14.7775","product_id":"BAND-GBP","sequence":333938798,"time":"2021-04-17T16:43:30.244075Z"}"""u8);

        var time = UnixMicroseconds.Of(new DateTimeOffset(2021, 4, 17, 16, 43, 30, TimeSpan.Zero)) + 244_075;
        Assert.Equal(new VenueTrade("BAND-GBP", 881613, time, 14.7775m, 0.04m, Side.Buy), message.Trade);
    }

    [Fact]
    public void A_ticker_brings_the_quote_and_the_days_volume()
    {
        var message = Parsed.Coinbase("""{"type":"ticker","sequence":1,"product_id":"BAND-GBP","price":"14.7775","open_24h":"14.6647","volume_24h":"94381.28000000","best_bid":"14.7550","best_ask":"14.8060","side":"buy","time":"2021-04-17T16:43:30.244075Z","trade_id":881613,"last_size":"0.04"}"""u8);

        Assert.Equal((14.7775m, 14.7550m, 14.8060m, 94381.28m), (message.Ticker.Price, message.Ticker.Bid, message.Ticker.Ask, message.Ticker.Volume24h));
    }

    [Fact]
    public void A_heartbeat_tells_the_newest_trade() =>
        Assert.Equal(new TradePromise("BTC-USD", 20), Parsed.Coinbase("""{"type":"heartbeat","sequence":90,"last_trade_id":20,"product_id":"BTC-USD","time":"2014-11-07T08:19:28.464459Z"}"""u8).Frame.Promises.Single());

    [Theory]
    [InlineData("trade_id", "1", "trade_id is missing")]
    [InlineData("\"price\":\"1\"", "\"price\":\"1,5\"", "price is '1,5': expected a decimal number")]
    [InlineData("\"side\":\"buy\"", "\"side\":\"both\"", "side is 'both': expected buy or sell")]
    [InlineData("2021-04-17T16:43:30.244075Z", "yesterday", "time is 'yesterday': expected an ISO 8601 time")]
    [InlineData("2021-04-17T16:43:30.244075Z", "1021-04-17T16:43:30Z", "time is '1021-04-17T16:43:30Z': expected a time between 2010 and 2100")]
    public void A_broken_match_is_refused_with_field_and_value(string replace, string by, string reason)
    {
        const string good = """{"type":"match","trade_id":7,"side":"buy","size":"0.04","price":"1","product_id":"BTC-USD","time":"2021-04-17T16:43:30.244075Z"}""";

        var message = Parsed.Coinbase(Encoding.UTF8.GetBytes(good.Replace(replace, by)));

        Assert.Equal(reason, message.Reason);
        Assert.Empty(message.Frame.Trades);
    }

    [Fact]
    public void Trailing_zeros_of_a_time_may_be_cut()
    {
        var message = Parsed.Coinbase("""{"type":"match","trade_id":7,"side":"buy","size":"1","price":"1","product_id":"A-B","time":"2026-08-09T21:05:38.50436Z"}"""u8);

        Assert.Equal(504_360, message.Trade.EventTimeUs % 1_000_000);
    }

    [Fact]
    public void An_error_is_a_refusal() =>
        Assert.Equal("Failed to subscribe: X-Y is not a valid product", Parsed.Coinbase("""{"type":"error","message":"Failed to subscribe","reason":"X-Y is not a valid product"}"""u8).Refusal);

    [Fact]
    public void An_unknown_type_is_ignored() => Assert.True(Parsed.Coinbase("""{"type":"auction","product_id":7}"""u8).IsIgnored);
}
