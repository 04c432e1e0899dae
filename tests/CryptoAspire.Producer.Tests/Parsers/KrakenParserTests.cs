using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Producer.Venues.Kraken;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.Parsers;

public sealed class KrakenParserTests
{
    private const string Trade = """{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":105944.20,"qty":0.00027625,"ord_type":"limit","trade_id":10218208,"timestamp":"2023-10-06T17:35:55.440295Z"}]}""";

    // All trades of a minute against the candle that Kraken itself made of them: price for price, size for size, count for count.
    [SharedDataFact(Captures.KrakenTrades, Captures.KrakenCandles)]
    public void Folding_the_trades_gives_Krakens_own_candle_in_all_273_full_minutes()
    {
        var trades = RestTrades();
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => trades[0].TradeId + i), trades.Select(t => t.TradeId));
        var fold = new CandleFold();
        foreach (var trade in trades)
        {
            fold.Add(new Trade
            {
                Symbol = Symbol.Parse("XBTUSDT"), Source = "kraken", TradeId = trade.TradeId, EventTimeUs = trade.EventTimeUs,
                Price = trade.Price, Size = trade.Size, Side = trade.Side,
            });
        }
        var ours = fold.ToCandles().Where(c => c.Key is { Interval: Interval.OneMinute, Venue: "kraken" }).ToDictionary(c => c.Key.StartUs / 1_000_000, c => c.Value);
        var theirs = Captures.Document(Captures.KrakenCandles).GetProperty("result").GetProperty("XBTUSDT").EnumerateArray().ToDictionary(c => c[0].GetInt64());

        Assert.Equal(274, ours.Count);
        var full = ours.OrderBy(c => c.Key).Skip(1).ToList();   // the recording begins within its first minute
        foreach (var (start, candle) in full)
        {
            var row = theirs[start];
            Assert.Equal((Number(row[1]), Number(row[2]), Number(row[3]), Number(row[4]), Number(row[6]), row[7].GetInt64()),
                (candle.Open.Price, candle.High, candle.Low, candle.Close.Price, candle.Volume, candle.TradeCount));
            // Their average is cut, not rounded.
            Assert.Equal(Number(row[5]), decimal.Truncate(candle.Notional / candle.Volume * 10) / 10);
        }
        Assert.Equal(273, full.Count);
        // The minutes that we do not have are those in which, as Kraken says, nothing was traded.
        Assert.All(theirs.Where(c => c.Key > full[0].Key && c.Key < full[^1].Key && !ours.ContainsKey(c.Key)), c => Assert.Equal(0, c.Value[7].GetInt32()));
    }

    [SharedDataTheory("kraken/nautilus_v2_ws_trade_update.json", "kraken/nautilus_v2_ws_ticker_snapshot.json", "kraken/nautilus_v2_ws_subscribe_response.json", "kraken/nautilus_v2_ws_pong.json", "kraken/nautilus_v2_ws_ohlc_update.json")]
    [InlineData("nautilus_v2_ws_trade_update.json", 2, 0, 0)]
    [InlineData("nautilus_v2_ws_ticker_snapshot.json", 0, 1, 0)]
    [InlineData("nautilus_v2_ws_subscribe_response.json", 0, 0, 1)]
    [InlineData("nautilus_v2_ws_pong.json", 0, 0, 0)]
    [InlineData("nautilus_v2_ws_ohlc_update.json", 0, 0, 0)]
    public void The_recorded_messages_are_read(string file, int trades, int tickers, int answers)
    {
        var frame = Frames.By(KrakenParser.Read, File.ReadAllBytes(SharedData.File($"kraken/{file}")));

        Assert.Null(frame.Reason);
        Assert.Equal((trades, tickers, answers), (frame.Trades.Count, frame.Tickers.Count, frame.Answers.Count));
    }

    [Fact]
    public void A_trade_is_read_from_numbers_with_every_digit_and_microsecond()
    {
        var trade = Assert.Single(Frames.By(KrakenParser.Read, Trade).Trades);

        var time = UnixMicroseconds.Of(new DateTimeOffset(2023, 10, 6, 17, 35, 55, TimeSpan.Zero)) + 440_295;
        Assert.Equal(new VenueTrade("BTC/USD", 10218208, time, 105944.20m, 0.00027625m, Side.Buy), trade);
    }

    [Theory]
    [InlineData("0.1234567890123456789", "0.1234567890123456789")]
    [InlineData("1e-8", "0.00000001")]
    [InlineData("4.727521520000001", "4.727521520000001")]
    public void A_number_is_read_from_its_digits_not_through_a_binary_float(string written, string value) =>
        Assert.Equal(decimal.Parse(value, CultureInfo.InvariantCulture), Assert.Single(Frames.By(KrakenParser.Read, Trade.Replace("0.00027625", written)).Trades).Size);

    [Fact]
    public void A_ticker_brings_last_quote_and_volume()
    {
        var ticker = Assert.Single(Frames.By(KrakenParser.Read,
            """{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":105944.20,"bid_qty":2.5,"ask":105944.30,"ask_qty":3.2,"last":105899.40,"volume":163.28908096,"vwap":105904.39279,"low":1,"high":2,"change":250.00,"change_pct":0.24}]}""").Tickers);

        Assert.Equal(("BTC/USD", 0, 105899.40m, 105944.20m, 105944.30m, 163.28908096m), (ticker.InstrumentId, ticker.EventTimeUs, ticker.Price, ticker.Bid, ticker.Ask, ticker.Volume24h));
    }

    [Fact]
    public void Each_symbol_is_confirmed_on_its_own()
    {
        var answer = Assert.Single(Frames.By(KrakenParser.Read,
            """{"method":"subscribe","result":{"channel":"trade","snapshot":true,"symbol":"BTC/USD"},"success":true,"time_in":"2023-09-25T09:04:31.742599Z","time_out":"2023-09-25T09:04:31.742648Z","req_id":1}""").Answers);

        Assert.Equal((KrakenVenue.Trades, "BTC/USD", null), (answer.Channel, answer.InstrumentId, answer.Refusal));
    }

    [Fact]
    public void A_refusal_names_its_symbol_and_its_request()
    {
        var answer = Assert.Single(Frames.By(KrakenParser.Read,
            """{"error":"Currency pair not supported NO/COIN","method":"subscribe","req_id":3,"success":false,"symbol":"NO/COIN","time_in":"2023-09-25T09:04:31.742599Z","time_out":"2023-09-25T09:04:31.742648Z"}""").Answers);

        Assert.Equal(("NO/COIN", 3, "Currency pair not supported NO/COIN"), (answer.InstrumentId, answer.RequestId, answer.Refusal));
    }

    [Theory]
    [InlineData("""{"channel":"heartbeat"}""")]
    [InlineData("""{"channel":"status","type":"update","data":[{"system":"online","api_version":"v2","connection_id":1,"version":"2.0.10"}]}""")]
    [InlineData("""{"method":"pong","req_id":42,"time_in":"2023-09-25T09:05:00.123456Z","time_out":"2023-09-25T09:05:00.123500Z"}""")]
    [InlineData("""{"channel":"futures_of_kraken","data":{"anything":[1,2,3]}}""")]
    public void What_is_of_no_interest_is_no_error(string message)
    {
        var frame = Frames.By(KrakenParser.Read, message);

        Assert.Null(frame.Reason);
        Assert.Empty(frame.Trades);
        Assert.Empty(frame.Answers);
    }

    [Fact]
    public void Data_may_come_before_the_channels_name() =>
        Assert.Single(Frames.By(KrakenParser.Read, """{"data":[{"symbol":"BTC/USD","side":"sell","price":1,"qty":2,"trade_id":3,"timestamp":"2023-10-06T17:35:55Z"}],"channel":"trade"}""").Trades);

    [Theory]
    [InlineData("105944.20", "0", "price is '0': expected a number above 0")]
    [InlineData("105944.20", "1e400", "price is '1e400': expected a decimal number")]
    [InlineData("\"buy\"", "\"both\"", "side is 'both': expected buy or sell")]
    [InlineData("\"2023-10-06T17:35:55.440295Z\"", "1696613755", "timestamp is '1696613755': expected an ISO 8601 time")]
    [InlineData("\"trade_id\":10218208,", "", "trade_id is missing")]
    [InlineData("\"channel\":\"trade\",", "", "channel is missing")]
    public void A_broken_trade_is_refused_with_field_and_value(string replace, string by, string reason) =>
        Assert.Equal(reason, Frames.By(KrakenParser.Read, Trade.Replace(replace, by)).Reason);

    private static List<VenueTrade> RestTrades() =>
        [.. Captures.Document(Captures.KrakenTrades).GetProperty("result").GetProperty("XBTUSDT").EnumerateArray().Select(row =>
        {
            var json = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(row));
            json.Read();
            return KrakenParser.ParseRestTrade(ref json, "BTC/USDT");
        })];

    private static decimal Number(JsonElement text) => decimal.Parse(text.GetString()!, CultureInfo.InvariantCulture);
}
