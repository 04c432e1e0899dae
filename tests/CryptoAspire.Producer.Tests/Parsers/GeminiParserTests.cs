using System.Runtime.InteropServices;
using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Producer.Venues.Gemini;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.Parsers;

public sealed class GeminiParserTests
{
    private const string Trade = """{"type":"trade","symbol":"BTCUSD","event_id":1764551741926942,"timestamp":1786313194672,"price":"65206.29","quantity":"0.00007667","side":"buy","tid":2840141017904555}""";
    private const string StreamTrade = """{"E":1751508438600117161,"s":"btcusd","t":2840141017904555,"p":"45000.50","q":"0.25","m":true}""";

    [SharedDataFact(Captures.Gemini)]
    public void The_capture_holds_the_documented_messages()
    {
        var frames = Frames.All(GeminiParser.Read, Captures.Records(Captures.Gemini));

        Assert.Equal(563, frames.Count);
        Assert.All(frames, f => Assert.Null(f.Reason));
        // 1. Ten products, each confirmed by its first message, which holds its last trades.
        var first = frames.Where(f => f.Answers.Count > 0).ToList();
        Assert.Equal(["BTCEUR", "BTCGBP", "BTCUSD", "BTCUSDCPERP", "BTCUSDT", "ETHUSD", "ETHUSDCPERP", "ETHUSDT", "SOLUSD", "SOLUSDCPERP"], first.Select(f => f.Answers.Single().InstrumentId).Order());
        Assert.All(first, f => Assert.Equal(GeminiVenue.Book, f.Answers.Single().Channel));
        Assert.Equal([0, 10, 100, 100, 100, 100, 100, 100, 100, 100], first.Select(f => f.Trades.Count).Order());
        // 2. Two trades; the rest is the order book and heartbeats.
        Assert.Equal(2, frames.Count(f => f.Answers.Count == 0 && f.Trades.Count > 0));
        Assert.Equal(812, frames.Sum(f => f.Trades.Count));
    }

    [SharedDataFact(Captures.Gemini)]
    public void Trade_ids_rise_with_time_and_jump()
    {
        foreach (var product in Frames.All(GeminiParser.Read, Captures.Records(Captures.Gemini)).SelectMany(f => f.Trades).GroupBy(t => t.InstrumentId))
        {
            Assert.Equal(product.Select(t => t.TradeId).Order(), product.Select(t => t.TradeId));
            Assert.Equal(product.Select(t => t.EventTimeUs).Order(), product.Select(t => t.EventTimeUs));
            Assert.True(product.Last().TradeId - product.First().TradeId > product.Count());
        }
    }

    [SharedDataFact(Captures.Gemini)]
    public void A_snapshot_reaches_back_for_days_at_a_thin_product()
    {
        var trades = Frames.All(GeminiParser.Read, Captures.Records(Captures.Gemini)).SelectMany(f => f.Trades).ToLookup(t => t.InstrumentId);

        Assert.Equal(new DateTimeOffset(2026, 8, 9, 21, 14, 7, 787, TimeSpan.Zero), UnixMicroseconds.ToTime(trades["SOLUSD"].First().EventTimeUs));
        Assert.True(trades["BTCEUR"].Last().EventTimeUs - trades["BTCEUR"].First().EventTimeUs > 5 * 86_400_000_000L);
    }

    [SharedDataFact(Captures.GeminiRest)]
    public void Recorded_REST_trades_are_read_newest_first_with_the_takers_side_in_type()
    {
        var body = Captures.Rest(Captures.GeminiRest, "/v1/trades/BTCUSD");
        var trades = body.EnumerateArray().Select(Rest).ToList();

        Assert.Equal(500, trades.Count);
        Assert.DoesNotContain(null, trades);
        Assert.Equal(new VenueTrade("BTCUSD", 607568549, 1591404856618000, 9593.65m, 0.0002916m, Side.Buy), trades[0]);
        Assert.Equal(trades.Select(t => t!.Value.EventTimeUs).OrderDescending(), trades.Select(t => t!.Value.EventTimeUs));
        Assert.Equal(new DateTimeOffset(2020, 6, 6, 0, 0, 7, TimeSpan.Zero), UnixMicroseconds.ToTime(trades[^1]!.Value.EventTimeUs / 1_000_000 * 1_000_000));
    }

    // What each product is called, as the exchange's own description of it says.
    [SharedDataFact(Captures.Gemini)]
    public void All_names_of_the_list_are_split_as_the_exchange_does_or_left_to_be_asked()
    {
        var answers = Captures.Records(Captures.Gemini, "http").Select(m => JsonDocument.Parse(m).RootElement).ToList();
        var details = answers.Where(a => a.ValueKind == JsonValueKind.Object)
            .Where(d => d.GetProperty("product_type").GetString() == "spot")
            .ToDictionary(d => d.GetProperty("symbol").GetString()!, d => $"{d.GetProperty("base_currency").GetString()}-{d.GetProperty("quote_currency").GetString()}");
        var list = answers.First(a => a.ValueKind == JsonValueKind.Array).EnumerateArray().Select(n => n.GetString()!).ToList();

        var (pairs, unclear) = GeminiSymbols.Split(list);

        Assert.True(details.Count > 200, $"{details.Count} descriptions");
        Assert.Equal(details.Count, pairs.Count + unclear.Count);
        Assert.All(pairs, p => Assert.Equal(details[p.Id], p.Symbol.Name));
        Assert.True(unclear.Count <= 10, string.Join(", ", unclear));
    }

    [Theory]
    [InlineData("btcusd", "BTC-USD")]
    [InlineData("btcgusd", "BTC-GUSD")]
    [InlineData("btcrlusd", "BTC-RLUSD")]
    [InlineData("paxgusd", "PAXG-USD")]
    [InlineData("btcusdc", "BTC-USDC")]
    [InlineData("ethbtc", "ETH-BTC")]
    public void A_name_is_split_with_the_help_of_the_others(string name, string symbol)
    {
        var (pairs, _) = GeminiSymbols.Split(["btcusd", "btcgusd", "btcrlusd", "btcusdc", "btceur", "paxgeur", "paxgusd", "ethbtc", "ethusd", "btcusdcperp"]);

        Assert.Equal(symbol, pairs.Single(p => p.RestId == name).Symbol.Name);
        Assert.DoesNotContain(pairs, p => p.Id.EndsWith("PERP", StringComparison.Ordinal));
    }

    [Fact]
    public void A_trade_is_read_in_milliseconds_with_the_takers_side() =>
        Assert.Equal(new VenueTrade("BTCUSD", 2840141017904555, 1786313194672000, 65206.29m, 0.00007667m, Side.Buy), Assert.Single(Frames.By(GeminiParser.Read, Trade).Trades));

    [Theory]
    [InlineData("true", Side.Sell)]
    [InlineData("false", Side.Buy)]
    public void A_trade_of_the_stream_API_is_read_from_nanoseconds_and_the_makers_flag(string maker, Side side) =>
        Assert.Equal(new VenueTrade("BTCUSD", 2840141017904555, 1751508438600117, 45000.50m, 0.25m, side),
            Assert.Single(Frames.By(GeminiStreamParser.Read, StreamTrade.Replace("true", maker)).Trades));

    [Theory]
    [InlineData("""{"u":1751505576085,"E":1751508438600117161,"s":"btcusd","b":"45000.50","B":"1.25","a":"45001.00","A":"0.75"}""")]
    [InlineData("""{"e":"depthUpdate","E":1751508260659505382,"s":"btcusd","U":1,"u":2,"b":[["1","2"]],"a":[]}""")]
    [InlineData("""{"lastUpdateId":12345678,"bids":[["1","2"]],"asks":[]}""")]
    public void Books_of_the_stream_API_are_passed_over(string message)
    {
        var frame = Frames.By(GeminiStreamParser.Read, message);

        Assert.Null(frame.Reason);
        Assert.Empty(frame.Trades);
    }

    [Theory]
    [InlineData("""{"id":7,"status":200}""", 7, null)]
    [InlineData("""{"id":"7","status":200,"result":{"anything":1}}""", 7, null)]
    [InlineData("""{"id":7,"status":400,"error":{"code":-1013,"msg":"Invalid parameters"}}""", 7, "Invalid parameters (400)")]
    public void A_request_of_the_stream_API_is_answered_by_its_number(string message, long id, string? refusal)
    {
        var answer = Assert.Single(Frames.By(GeminiStreamParser.Read, message).Answers);

        Assert.Equal((id, refusal), (answer.RequestId, answer.Refusal));
    }

    [Theory]
    [InlineData("""{"type":"heartbeat","timestamp":1786313195331}""")]
    [InlineData("""{"type":"candles_1m_updates","symbol":"BTCUSD","changes":[[1561054500000,9350.18,9358.35,9350.18,9355.51,2.07]]}""")]
    [InlineData("""{"type":"l2_updates","symbol":"BTCUSD","changes":[["buy","65205.5","0.0"]]}""")]
    public void What_is_of_no_interest_is_no_error(string message)
    {
        var frame = Frames.By(GeminiParser.Read, message);

        Assert.Null(frame.Reason);
        Assert.Empty(frame.Trades);
        Assert.Empty(frame.Answers);
    }

    [Fact]
    public void An_auction_or_a_reversed_trade_of_REST_is_left_out()
    {
        const string trade = """{"timestamp":1591404856,"timestampms":1591404856618,"tid":7,"price":"1","amount":"2","exchange":"gemini","type":"buy"}""";

        Assert.NotNull(Rest(JsonDocument.Parse(trade).RootElement));
        Assert.Null(Rest(JsonDocument.Parse(trade.Replace("\"buy\"", "\"auction\"")).RootElement));
        Assert.Null(Rest(JsonDocument.Parse(trade.Replace("\"type\"", "\"broken\":true,\"type\"")).RootElement));
    }

    [Theory]
    [InlineData("\"65206.29\"", "\"NaN\"", "price is 'NaN': expected a decimal number")]
    [InlineData("2840141017904555", "\"x\"", "tid is 'x': expected a whole number above 0")]
    [InlineData("1786313194672", "17", "timestamp is '17': expected a time between 2010 and 2100")]
    [InlineData("\"side\":\"buy\",", "", "side is missing")]
    [InlineData("\"type\":\"trade\",", "", "type is missing")]
    public void A_broken_trade_is_refused_with_field_and_value(string replace, string by, string reason) =>
        Assert.Equal(reason, Frames.By(GeminiParser.Read, Trade.Replace(replace, by)).Reason);

    private static VenueTrade? Rest(JsonElement trade)
    {
        var json = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(trade));
        json.Read();
        return GeminiParser.ParseRestTrade(ref json, "BTCUSD");
    }
}
