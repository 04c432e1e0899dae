using System.Text;
using System.Text.Json;
using CryptoAspire.Market.Bronze;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.Market.Tests;

public class BronzeCodecTests
{
    private const string Valid =
        """{"v":1,"kind":"trade","timestamp":1723161255342,"event_time_us":1723161255342000,"received_us":1723161255400000,"symbol":"BTC-USD","base":"BTC","currency":"USD","price":"65083.67","size":"0.01034361","side":"buy","trade_id":1068572091,"source":"coinbase","iteration":7}""";

    private readonly BronzeReader _reader = new();

    [Fact]
    public void A_trade_is_read_as_it_was_written() => Prop.ForAll(Generate.Trade.ToArbitrary(), trade =>
        _reader.TryRead(BronzeWriter.ToUtf8(trade), out var record, out _) && record.Kind == BronzeKind.Trade && record.ToTrade() == trade
        && record.Timestamp == trade.EventTimeUs / 1000).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_written_is_the_contract_byte_for_byte_whatever_the_source_is_called()
    {
        Assert.True(_reader.TryRead(Encoding.UTF8.GetBytes(Valid), out var record, out _));
        Assert.Equal(Valid, Encoding.UTF8.GetString(BronzeWriter.ToUtf8(record.ToTrade())));
        foreach (var source in new[] { "a\"b\\c\u0001ü", new string('s', 3_000) })
        {
            using var json = JsonDocument.Parse(BronzeWriter.ToUtf8(record.ToTrade() with { Source = source }));
            Assert.Equal(source, json.RootElement.GetProperty("source").GetString());
        }

        var longest = record.ToTrade() with { Symbol = Symbol.Parse($"{new string('A', 16)}-{new string('B', 16)}"), TradeId = long.MinValue, EventTimeUs = long.MinValue, ReceivedUs = long.MinValue,
            Iteration = long.MinValue, Price = decimal.MinValue, Size = -0.0000000000000000000000000001m };
        using var parsed = JsonDocument.Parse(BronzeWriter.ToUtf8(longest));
        Assert.Equal(longest.Price.ToString(System.Globalization.CultureInfo.InvariantCulture), parsed.RootElement.GetProperty("price").GetString());
    }

    /// <summary>The blank before the value takes it past the quick way for values exactly as the writer writes them.</summary>
    [Fact]
    public void The_quick_way_reads_what_the_JSON_parser_reads_whatever_is_done_to_the_bytes() => Prop.ForAll(
        (from trade in Generate.Trade
         from at in Gen.Choose(0, 400)
         from replacement in Gen.Elements("", "0", "9", "-", ".", "\"", "\\", ",", "}", " ", "e", "\u0001", "\u00ff", "00", "99999999999")
         from length in Gen.Choose(0, 2)
         select (trade, at, replacement, length)).ToArbitrary(),
        change =>
        {
            var text = Encoding.Latin1.GetString(BronzeWriter.ToUtf8(change.trade));
            var at = Math.Min(change.at, text.Length);
            var value = Encoding.Latin1.GetBytes(text[..at] + change.replacement + text[Math.Min(text.Length, at + change.length)..]);

            var quick = _reader.TryRead(value, out var record, out var reason);
            var parsed = new BronzeReader().TryRead([(byte)' ', .. value], out var parsedRecord, out var parsedReason);

            // A parser's own words name the byte, which the blank has moved.
            return quick == parsed && record == parsedRecord && (reason == parsedReason || reason!.StartsWith("value: not JSON", StringComparison.Ordinal));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Theory]
    [InlineData("65083.67", "65083.66", "65083.68", "12345.678")]
    [InlineData("0.00001234", null, null, null)]
    public void A_ticker_is_read_as_it_was_written(string price, string? bid, string? ask, string? volume)
    {
        static decimal? Number(string? text) => text is null ? null : decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        var ticker = new Ticker
        {
            Symbol = Symbol.Parse("SOL-USD"), Source = "gemini", EventTimeUs = 1_723_161_255_342_123, ReceivedUs = 5, Price = Number(price)!.Value,
            Bid = Number(bid), Ask = Number(ask), Volume24h = Number(volume), Iteration = 3,
        };

        Assert.True(_reader.TryRead(BronzeWriter.ToUtf8(ticker), out var record, out var reason), reason);
        Assert.Equal(
            (BronzeKind.Ticker, ticker.Symbol, ticker.Source, ticker.EventTimeUs, ticker.ReceivedUs, ticker.Price, ticker.Bid, ticker.Ask, ticker.Volume24h, ticker.Iteration),
            (record.Kind, record.Symbol, record.Source, record.EventTimeUs, record.ReceivedUs, record.Price, record.Bid, record.Ask, record.Volume24h, record.Iteration));
    }

    [Fact]
    public void The_wire_format_is_the_contract()
    {
        var trade = new Trade
        {
            Symbol = Symbol.Parse("BTC-USD"), Source = "coinbase", TradeId = 1068572091, EventTimeUs = 1723161255342000, ReceivedUs = 1723161255400000,
            Price = 65083.67m, Size = 0.01034361m, Side = Side.Buy, Iteration = 7,
        };

        Assert.Equal(Valid, Encoding.UTF8.GetString(BronzeWriter.ToUtf8(trade)));
    }

    [Theory]
    [InlineData("\"price\":\"65083.67\"", "\"price\":\"0\"", "price")]
    [InlineData("\"price\":\"65083.67\"", "\"price\":\"-5\"", "price")]
    [InlineData("\"price\":\"65083.67\"", "\"price\":\"1e5\"", "price")]
    [InlineData("\"price\":\"65083.67\"", "\"price\":\"1..0\"", "price")]
    [InlineData("\"price\":\"65083.67\"", "\"price\":\"NaN\"", "price")]
    [InlineData("\"price\":\"65083.67\"", "\"price\":\"10394749.066094351423000000000000000095\"", "price")]
    [InlineData("\"price\":\"65083.67\"", "\"price\":\"100000000000000000000000000000\"", "price")]
    [InlineData("\"price\":\"65083.67\"", "\"price\":[1]", "price")]
    [InlineData("\"price\":\"65083.67\",", "", "price")]
    [InlineData("\"size\":\"0.01034361\"", "\"size\":\"0\"", "size")]
    [InlineData("\"size\":\"0.01034361\",", "", "size")]
    [InlineData("\"side\":\"buy\"", "\"side\":\"up\"", "side")]
    [InlineData("\"trade_id\":1068572091", "\"trade_id\":1.5", "trade_id")]
    [InlineData("\"trade_id\":1068572091", "\"trade_id\":-1", "trade_id")]
    [InlineData("\"trade_id\":1068572091", "\"trade_id\":99999999999999999999", "trade_id")]
    [InlineData("\"symbol\":\"BTC-USD\"", "\"symbol\":\"???\"", "symbol")]
    [InlineData("\"symbol\":\"BTC-USD\"", "\"symbol\":null", "symbol")]
    [InlineData("\"source\":\"coinbase\"", "\"source\":\"'; drop table\"", "source")]
    [InlineData("\"event_time_us\":1723161255342000", "\"event_time_us\":1", "event_time_us")]
    [InlineData("\"v\":1", "\"v\":2", "v")]
    [InlineData("\"kind\":\"trade\"", "\"kind\":\"quote\"", "kind")]
    [InlineData("}", "", "value")]
    [InlineData("}", "}}", "value")]
    [InlineData("{", "[", "value")]
    public void A_bad_record_is_refused_with_the_field_that_is_wrong(string good, string bad, string field)
    {
        var value = Valid.Replace(good, bad, StringComparison.Ordinal);
        Assert.NotEqual(Valid, value);

        Assert.False(_reader.TryRead(Encoding.UTF8.GetBytes(value), out _, out var reason));
        Assert.StartsWith(field + ": ", reason);
    }

    [Fact]
    public void Unknown_fields_and_field_order_do_not_matter()
    {
        using var document = JsonDocument.Parse(Valid);
        var reversed = "{\"later\":{\"a\":[1,{}]}," + string.Join(',', document.RootElement.EnumerateObject().Reverse().Select(p => $"\"{p.Name}\":{p.Value.GetRawText()}")) + "}";

        Assert.True(_reader.TryRead(Encoding.UTF8.GetBytes(reversed), out var record, out var reason), reason);
        Assert.Equal(65083.67m, record.Price);
    }

    [Fact]
    public void No_input_makes_the_reader_throw()
    {
        var random = new Random(11);
        var valid = Encoding.UTF8.GetBytes(Valid);
        for (var i = 0; i < 200_000; i++)
        {
            var value = (byte[])valid.Clone();
            for (var hits = random.Next(1, 6); hits > 0; hits--)
                value[random.Next(value.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : valid[random.Next(valid.Length)];
            var length = random.Next(4) == 0 ? random.Next(value.Length) : value.Length;
            var read = _reader.TryRead(value.AsSpan(0, length), out _, out var reason);
            Assert.Equal(read, reason is null);
        }
    }

    [Fact]
    public void A_huge_value_is_refused_unread()
    {
        Assert.False(_reader.TryRead(new byte[BronzeReader.LongestValue + 1], out _, out var reason));
        Assert.StartsWith("value: ", reason);
    }

    [Fact]
    public void An_announced_candle_is_read_as_it_was_written()
    {
        var candle = new Candle
        {
            Symbol = "BTC-USD", Venue = Venue.All, Interval = Interval.FourHours, Start = new(2024, 8, 8, 20, 0, 0, TimeSpan.Zero), Open = 1.5m, High = 2.25m, Low = 1,
            Close = 2, Volume = 3.00000001m, Notional = 4.5m, BuyVolume = 1, TradeCount = 12, Revision = 3, Status = CandleStatus.Corrected,
        };

        Assert.True(CandleCodec.TryRead(CandleCodec.ToUtf8(candle), out var read));
        Assert.Equal(candle, read);
        Assert.Contains("\"start\":\"2024-08-08T20:00:00Z\"", Encoding.UTF8.GetString(CandleCodec.ToUtf8(candle)));
        Assert.False(CandleCodec.TryRead("{}"u8.ToArray(), out _));
        Assert.False(CandleCodec.TryRead("nonsense"u8.ToArray(), out _));
    }
}
