using System.Text;
using CryptoAspire.Market;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Producer.Venues.Binance;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.Parsers;

public sealed class BinanceParserTests
{
    [SharedDataTheory(Captures.SpotBtc, Captures.SpotEth)]
    [InlineData(Captures.SpotBtc, "BTCUSDT", 41_249, 9_757, 3_735_683_259, 3_735_693_015)]
    [InlineData(Captures.SpotEth, "ETHUSDT", 33_618, 6_106, 0, 0)]
    public void Spot_captures_hold_the_documented_trades_without_a_hole(string file, string symbol, int lines, int trades, long firstId, long lastId)
    {
        var messages = Captures.Stamped(file).Select(m => Parsed.Binance(m)).ToList();

        Assert.Equal(lines, messages.Count);
        Assert.All(messages, m => Assert.True(m.IsTrade || m.IsIgnored, m.Reason));
        var ids = messages.Where(m => m.IsTrade).Select(m => m.Trade.TradeId).ToList();
        Assert.Equal(trades, ids.Count);
        Assert.Equal(Enumerable.Range(0, ids.Count).Select(i => ids[0] + i), ids);
        Assert.All(messages.Where(m => m.IsTrade), m => Assert.Equal(symbol, m.Trade.InstrumentId));
        if (firstId > 0) Assert.Equal((firstId, lastId), (ids[0], ids[^1]));
    }

    [SharedDataFact(Captures.SpotBtc)]
    public void Event_time_is_the_trade_time_in_microseconds()
    {
        var trades = Captures.Stamped(Captures.SpotBtc).Select(m => Parsed.Binance(m)).Where(m => m.IsTrade).Select(m => m.Trade).ToList();

        Assert.Equal(new DateTimeOffset(2024, 8, 8, 23, 54, 15, 342, TimeSpan.Zero), UnixMicroseconds.ToTime(trades[0].EventTimeUs));
        Assert.Equal(new DateTimeOffset(2024, 8, 9, 0, 0, 1, 271, TimeSpan.Zero), UnixMicroseconds.ToTime(trades[^1].EventTimeUs));
    }

    [SharedDataFact(Captures.FuturesEth)]
    public void Futures_trades_without_M_are_read_and_technical_ones_ignored()
    {
        var messages = Captures.Stamped(Captures.FuturesEth).Select(m => Parsed.Binance(m)).ToList();

        Assert.DoesNotContain(messages, m => m.Reason is not null);
        var technical = Captures.Stamped(Captures.FuturesEth).Select(Encoding.UTF8.GetString).Count(m => m.Contains("@trade") && !m.Contains("\"X\":\"MARKET\""));
        Assert.Equal(14_076 - technical, messages.Count(m => m.IsTrade));
    }

    [SharedDataFact(Captures.BinanceOld)]
    public void Aggregates_and_candles_of_2021_promise_their_trades_and_order_books_are_ignored()
    {
        var messages = Captures.Cryptofeed(Captures.BinanceOld).Select(m => Parsed.Binance(m)).ToList();

        Assert.Equal(265, messages.Count);
        Assert.Equal(265 - 2 - 2, messages.Count(m => m.IsIgnored));
        Assert.Equal(2, messages.Count(m => m.Frame is { Promises.Count: 1, Klines.Count: 0 }));
        var klines = messages.Where(m => m.Frame.Klines.Count == 1).Select(m => m.Frame).ToList();
        Assert.Equal(2, klines.Count);
        Assert.All(klines, f => Assert.Equal(f.Klines[0].LastTradeId, f.Promises.Single().LastTradeId));
    }

    [SharedDataFact(Captures.BinanceOld)]
    public void For_who_reads_aggregates_they_are_the_trades_and_candles_promise_none()
    {
        var messages = Captures.Cryptofeed(Captures.BinanceOld).Select(m => Parsed.BinanceAggregates(m)).ToList();

        var trades = messages.Where(m => m.IsTrade).Select(m => m.Trade).ToList();
        Assert.Equal(["NKNUSDT", "LRCBTC"], trades.Select(t => t.InstrumentId));
        Assert.Equal((2, 0), (messages.Count(m => m.Frame.Klines.Count == 1), messages.Sum(m => m.Frame.Promises.Count)));
        Assert.DoesNotContain(messages, m => m.Reason is not null);
    }

    [Fact]
    public void An_aggregate_has_an_id_of_its_own_and_the_takers_side()
    {
        var message = """{"stream":"omgbusd@aggTrade","data":{"e":"aggTrade","E":1633998288468,"s":"OMGBUSD","a":425085,"p":"13.80480000","q":"2.10000000","f":439577,"l":439578,"T":1633998288467,"m":false,"M":true}}"""u8;

        Assert.Equal(new VenueTrade("OMGBUSD", 425085, 1633998288467000, 13.8048m, 2.1m, Side.Buy), Parsed.BinanceAggregates(message).Trade);
        Assert.Equal(new TradePromise("OMGBUSD", 439578), Parsed.Binance(message).Frame.Promises.Single());
        Assert.True(Parsed.BinanceAggregates(Trade()).IsIgnored);
    }

    [Theory]
    [InlineData("true", Side.Sell)]
    [InlineData("false", Side.Buy)]
    public void Buyer_as_maker_means_that_the_taker_sold(string maker, Side taker) =>
        Assert.Equal(taker, Parsed.Binance(Trade(maker: maker)).Trade.Side);

    [Fact]
    public void Price_and_size_keep_every_digit()
    {
        var trade = Parsed.Binance(Trade(price: "\"0.00001303\"", size: "\"1e-8\"")).Trade;

        Assert.Equal((0.00001303m, 0.00000001m), (trade.Price, trade.Size));
    }

    [Theory]
    [InlineData("\"0\"", "p is '0': expected a number above 0")]
    [InlineData("\"-1\"", "p is '-1': expected a number of at least 0")]
    [InlineData("\"NaN\"", "p is 'NaN': expected a decimal number")]
    [InlineData("\"1e400\"", "p is '1e400': expected a decimal number")]
    [InlineData("\"\"", "p is '': expected a decimal number")]
    [InlineData("null", "p is 'null': expected a decimal number")]
    [InlineData("[1]", "p is '[': expected a decimal number")]
    public void An_impossible_price_is_refused_with_field_and_value(string price, string reason)
    {
        var message = Parsed.Binance(Trade(price: price));

        Assert.Equal(reason, message.Reason);
        Assert.Empty(message.Frame.Trades);
    }

    [Fact]
    public void A_number_of_33_decimals_is_read_as_far_as_decimal_reaches() =>
        Assert.Equal(10394749.066094351423m, decimal.Round(Parsed.Binance(Trade(price: "\"10394749.066094351423000000000000000095\"")).Trade.Price, 12));

    [Fact]
    public void The_same_time_is_read_in_milliseconds_and_in_microseconds() =>
        Assert.Equal(Parsed.Binance(Trade(time: "1723161255342")).Trade.EventTimeUs, Parsed.Binance(Trade(time: "1723161255342000")).Trade.EventTimeUs);

    [Theory]
    [InlineData("""{"result":null,"id":1}""")]
    [InlineData("""{"id":1,"result":null}""")]
    public void An_acknowledgement_names_its_request_in_any_order_of_its_fields(string message) =>
        Assert.Equal(new SubscriptionAnswer(null, null, 1, null), Parsed.Binance(Encoding.UTF8.GetBytes(message)).Frame.Answers.Single());

    [Fact]
    public void The_list_of_subscriptions_confirms_them() =>
        Assert.Equal([(BinanceVenue.Trade, "BTCUSDT"), (BinanceVenue.Kline, "ETHUSDT")],
            Parsed.Binance("""{"result":["btcusdt@trade","ethusdt@kline_1m","x@depth"],"id":1}"""u8).Frame.Answers.Select(a => (a.Channel, a.InstrumentId)));

    [Fact]
    public void A_refused_request_tells_why()
    {
        var message = Parsed.Binance("""{"error":{"code":2,"msg":"Invalid request"},"id":1}"""u8);

        Assert.Contains("Invalid request", message.Refusal);
        Assert.Equal(1, message.Frame.Answers.Single().RequestId);
    }

    private static byte[] Trade(string price = "\"61837.63000000\"", string size = "\"0.02000000\"", string time = "1723161255342", string maker = "true") =>
        Encoding.UTF8.GetBytes($$$"""
            {"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":{{{price}}},"q":{{{size}}},"T":{{{time}}},"m":{{{maker}}},"M":true}}
            """);
}
