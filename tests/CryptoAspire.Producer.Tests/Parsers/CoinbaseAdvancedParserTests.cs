using System.Globalization;
using CryptoAspire.Market;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Producer.Venues.CoinbaseAdvanced;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.Parsers;

public sealed class CoinbaseAdvancedParserTests
{
    private const string Trade = """{"channel":"market_trades","timestamp":"2026-08-09T21:05:48.251397169Z","sequence_num":9,"events":[{"type":"update","trades":[{"product_id":"BTC-USD","trade_id":"1068572091","price":"65083.67","size":"0.01034361","time":"2026-08-09T21:05:48.50436Z","side":"SELL"}]}]}""";

    [SharedDataFact(Captures.CoinbaseAdvanced)]
    public void The_capture_holds_the_documented_messages()
    {
        var frames = Capture();

        Assert.Equal(560, frames.Count);
        Assert.All(frames, f => Assert.Null(f.Reason));
        var trades = frames.SelectMany(f => f.Trades).ToList();
        Assert.Equal((135, 121), (trades.Count(t => t.InstrumentId == "BTC-USD"), trades.Count(t => t.InstrumentId == "ETH-USD")));
        Assert.Equal(94, frames.Sum(f => f.Tickers.Count));
        Assert.Equal(4, frames.Count(f => f.Klines.Count > 0));
        Assert.Equal(13, frames.Count(f => f.Channel == CoinbaseAdvancedVenue.Heartbeats));
        Assert.Equal(5, frames.Count(f => f.Answers.Count > 0));
        // What is left is the order book, which is not wanted.
        Assert.Equal(403, frames.Count(f => f.Trades.Count + f.Tickers.Count + f.Klines.Count + f.Answers.Count == 0 && f.Channel is null));
    }

    [SharedDataFact(Captures.CoinbaseAdvanced)]
    public void The_messages_of_the_connection_are_numbered_without_a_hole() =>
        Assert.Equal(Enumerable.Range(0, 560).Select(i => (long?)i), Capture().Select(f => f.Sequence));

    [SharedDataFact(Captures.CoinbaseAdvanced)]
    public void Trade_ids_of_a_product_have_no_hole()
    {
        foreach (var product in Capture().SelectMany(f => f.Trades).GroupBy(t => t.InstrumentId))
            Assert.Equal(Enumerable.Range(0, product.Count()).Select(i => product.Min(t => t.TradeId) + i), product.Select(t => t.TradeId).Order());
    }

    // The maker's side is printed. A taker who buys pays the ask: 75 of 79 trades say so against the quote before them.
    [SharedDataFact(Captures.CoinbaseAdvanced)]
    public void A_taker_buys_at_the_ask_and_sells_at_the_bid()
    {
        var quotes = new Dictionary<string, VenueTicker>();
        var (agree, disagree) = (0, 0);
        foreach (var frame in Capture())
        {
            foreach (var ticker in frame.Tickers) quotes[ticker.InstrumentId] = ticker;
            if (frame.Trades.Count > 50) continue;   // snapshots are older than the quotes
            foreach (var trade in frame.Trades)
            {
                if (!quotes.TryGetValue(trade.InstrumentId, out var quote)) continue;
                var side = trade.Price >= quote.Ask ? Side.Buy : trade.Price <= quote.Bid ? Side.Sell : (Side?)null;
                if (side == trade.Side) agree++;
                else if (side is not null) disagree++;
            }
        }

        Assert.True(agree >= 35 && agree > 10 * disagree, $"{agree} agree, {disagree} do not");
    }

    // The exchange's running candle is the fold of an exact prefix of the trades; which one, an independent program has found.
    [SharedDataFact(Captures.CoinbaseAdvanced, Captures.CoinbaseAdvancedCandles)]
    public void Folding_the_trades_gives_the_exchanges_running_candles()
    {
        var frames = Capture();
        var checks = File.ReadLines(SharedData.File(Captures.CoinbaseAdvancedCandles)).Skip(1).Select(l => l.Split(','))
            .Where(c => c[0] == Path.GetFileName(Captures.CoinbaseAdvanced)).ToList();
        Assert.NotEmpty(checks);
        foreach (var check in checks)
        {
            var (product, count) = (check[4], int.Parse(check[10], CultureInfo.InvariantCulture));
            var candle = frames.Single(f => f.Sequence == long.Parse(check[2], CultureInfo.InvariantCulture)).Klines.Last(k => k.InstrumentId == product);
            var bucket = frames.SelectMany(f => f.Trades).Where(t => t.InstrumentId == product && t.EventTimeUs >= candle.StartUs && t.EventTimeUs < candle.StartUs + 300_000_000)
                .OrderBy(t => t.TradeId).Take(count).ToList();
            // A recording that begins within the bucket lacks its first trades.
            if (bucket.Count < count) continue;
            var folded = (bucket[0].Price, bucket.Max(t => t.Price), bucket.Min(t => t.Price), bucket[^1].Price, bucket.Sum(t => t.Size));

            Assert.Equal((candle.Open, candle.High, candle.Low, candle.Close, candle.Volume), folded);
        }
    }

    [Fact]
    public void A_trade_is_read_with_its_id_from_text_and_the_takers_side()
    {
        var trade = Assert.Single(Frames.By(CoinbaseAdvancedParser.Read, Trade).Trades);

        var time = UnixMicroseconds.Of(new DateTimeOffset(2026, 8, 9, 21, 5, 48, TimeSpan.Zero)) + 504_360;
        Assert.Equal(new VenueTrade("BTC-USD", 1068572091, time, 65083.67m, 0.01034361m, Side.Buy), trade);
    }

    [Fact]
    public void A_ticker_has_the_time_of_its_envelope_wherever_that_stands()
    {
        const string events = """ "events":[{"type":"update","tickers":[{"type":"ticker","product_id":"ETH-USD","price":"1919.41","volume_24_h":"19975.95927439","best_bid":"1919.44","best_ask":""}]}]""";
        const string head = """ "channel":"ticker","timestamp":"2026-08-09T21:05:48.251397169Z","sequence_num":10""";

        foreach (var message in new[] { $"{{{head},{events}}}", $"{{{events},{head}}}" })
        {
            var frame = Frames.By(CoinbaseAdvancedParser.Read, message);
            var ticker = Assert.Single(frame.Tickers);
            Assert.Equal(251_397, ticker.EventTimeUs % 1_000_000);
            Assert.Equal((1919.41m, 1919.44m, null, 19975.95927439m), (ticker.Price, ticker.Bid, ticker.Ask, ticker.Volume24h));
            Assert.Equal(10, frame.Sequence);
        }
    }

    [Fact]
    public void A_confirmation_lists_channels_and_products()
    {
        var frame = Frames.By(CoinbaseAdvancedParser.Read,
            """{"channel":"subscriptions","timestamp":"2026-08-09T21:05:48Z","sequence_num":26,"events":[{"subscriptions":{"candles":["ETH-USD"],"heartbeats":["heartbeats"],"level2":["BTC-USD"],"market_trades":["BTC-USD","ETH-USD"]}}]}""");

        Assert.Equal(
            [(CoinbaseAdvancedVenue.Candles, "ETH-USD"), (CoinbaseAdvancedVenue.Heartbeats, null), (CoinbaseAdvancedVenue.Trades, "BTC-USD"), (CoinbaseAdvancedVenue.Trades, "ETH-USD")],
            frame.Answers.Select(a => (a.Channel, a.InstrumentId)));
    }

    [Fact]
    public void An_error_is_a_refusal() =>
        Assert.Equal("failure to subscribe", Assert.Single(Frames.By(CoinbaseAdvancedParser.Read, """{"type":"error","message":"failure to subscribe"}""").Answers).Refusal);

    [Fact]
    public void A_broken_trade_leaves_its_neighbours_alone()
    {
        var one = Trade[(Trade.IndexOf("\"trades\":[", StringComparison.Ordinal) + 10)..Trade.LastIndexOf("]}]}", StringComparison.Ordinal)];
        var frame = Frames.By(CoinbaseAdvancedParser.Read, Trade.Replace(one, $"{one},{one.Replace("65083.67", "-1").Replace("091", "092")},{one.Replace("091", "093")}"));

        Assert.Equal([1068572091, 1068572093], frame.Trades.Select(t => t.TradeId));
        Assert.Equal("price is '-1': expected a number above 0", frame.Reason);
    }

    [Theory]
    [InlineData("\"SELL\"", "\"UNKNOWN_ORDER_SIDE\"", "side is 'UNKNOWN_ORDER_SIDE': expected BUY or SELL")]
    [InlineData("\"1068572091\"", "\"-1\"", "trade_id is '-1': expected a whole number above 0")]
    [InlineData("\"sequence_num\":9", "\"sequence_num\":\"nine\"", "sequence_num is 'nine': expected a whole number of at least 0")]
    [InlineData("\"channel\":\"market_trades\",", "", "channel is missing")]
    public void A_broken_message_is_refused_with_field_and_value(string replace, string by, string reason) =>
        Assert.Equal(reason, Frames.By(CoinbaseAdvancedParser.Read, Trade.Replace(replace, by)).Reason);

    private static List<FeedFrame> Capture() => Frames.All(CoinbaseAdvancedParser.Read, Captures.Records(Captures.CoinbaseAdvanced));
}
