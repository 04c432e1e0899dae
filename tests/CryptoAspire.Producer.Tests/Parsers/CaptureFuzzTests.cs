using System.Text;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Producer.Venues.CoinbaseAdvanced;
using CryptoAspire.Producer.Venues.Gemini;
using CryptoAspire.Producer.Venues.Kraken;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.Producer.Tests.Parsers;

/// <summary>The venues that put many elements into a message: whatever is changed in one, a parser answers, within bounds of memory, and what it takes is sound.</summary>
public sealed class CaptureFuzzTests
{
    private static readonly (FeedFrame.Reader Parser, string Message)[] Seeds =
    [
        (CoinbaseAdvancedParser.Read, """{"channel":"market_trades","timestamp":"2026-08-09T21:05:48.251397169Z","sequence_num":9,"events":[{"type":"update","trades":[{"product_id":"BTC-USD","trade_id":"1068572092","price":"65083.67","size":"0.01034361","time":"2026-08-09T21:05:48.167634Z","side":"SELL"},{"product_id":"BTC-USD","trade_id":"1068572091","price":"65083.6","size":"0.02","time":"2026-08-09T21:05:48.16Z","side":"BUY"}]}]}"""),
        (CoinbaseAdvancedParser.Read, """{"channel":"ticker","timestamp":"2026-08-09T21:05:48.251397169Z","sequence_num":10,"events":[{"type":"update","tickers":[{"type":"ticker","product_id":"ETH-USD","price":"1919.41","volume_24_h":"19975.95927439","best_bid":"1919.44","best_ask":"1919.49"}]}]}"""),
        (CoinbaseAdvancedParser.Read, """{"channel":"candles","timestamp":"2026-08-09T21:05:48.251397169Z","sequence_num":138,"events":[{"type":"update","candles":[{"start":"1786309500","high":"1919.6","low":"1919.27","open":"1919.58","close":"1919.41","volume":"36.36630914","product_id":"ETH-USD"}]}]}"""),
        (CoinbaseAdvancedParser.Read, """{"channel":"subscriptions","timestamp":"2026-08-09T21:05:48Z","sequence_num":2,"events":[{"subscriptions":{"market_trades":["BTC-USD","ETH-USD"],"heartbeats":["heartbeats"]}}]}"""),
        (CoinbaseAdvancedParser.Read, """{"type":"error","message":"failure to subscribe"}"""),
        (KrakenParser.Read, """{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":105944.20,"qty":0.00027625,"ord_type":"limit","trade_id":10218208,"timestamp":"2023-10-06T17:35:55.440295Z"},{"symbol":"BTC/USD","side":"sell","price":105910.5,"qty":1,"trade_id":10218209,"timestamp":"2023-10-06T17:35:56Z"}]}"""),
        (KrakenParser.Read, """{"channel":"ticker","type":"snapshot","data":[{"symbol":"BTC/USD","bid":105944.20,"bid_qty":2.5,"ask":105944.30,"ask_qty":3.2,"last":105899.40,"volume":163.28908096,"timestamp":"2022-12-25T09:30:59.123456Z"}]}"""),
        (KrakenParser.Read, """{"method":"subscribe","result":{"channel":"trade","snapshot":true,"symbol":"BTC/USD"},"success":true,"time_in":"2023-09-25T09:04:31.742599Z","req_id":1}"""),
        (KrakenParser.Read, """{"error":"Currency pair not supported NO/COIN","method":"subscribe","req_id":3,"success":false,"symbol":"NO/COIN"}"""),
        (GeminiParser.Read, """{"type":"l2_updates","symbol":"SOLUSD","changes":[["buy","77.34","14.3"]],"trades":[{"type":"trade","symbol":"SOLUSD","event_id":1764525726614327,"timestamp":1786304669963,"price":"77.19","quantity":"2.0","side":"buy","tid":1893456010889982}],"auction_events":[]}"""),
        (GeminiParser.Read, """{"type":"trade","symbol":"BTCUSD","event_id":1764551741926942,"timestamp":1786313194672,"price":"65206.29","quantity":"0.00007667","side":"buy","tid":2840141017904555}"""),
        (GeminiStreamParser.Read, """{"E":1751508438600117161,"s":"btcusd","t":2840141017904555,"p":"45000.50","q":"0.25","m":true}"""),
        (GeminiStreamParser.Read, """{"id":7,"status":400,"error":{"code":-1013,"msg":"Invalid parameters"}}"""),
    ];

    private static readonly string[] Nasty =
        ["null", "[]", "{}", "\"\"", "-1", "1e400", "NaN", "true", "\"\\ud800\"", "\"\\u0000\"", "9999999999999999999999", "[[[[[[[[", "\"" + new string('9', 5_000) + "\"", "0.000000000000000000000000000000000095"];

    [Fact]
    public void No_exception_escapes_from_random_bytes() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        Seeds.Select(s => s.Parser).Distinct().All(parser => IsSound(Frames.By(parser, bytes ?? [])))).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void No_exception_escapes_from_messages_with_bytes_changed_cut_or_repeated()
    {
        var mutations = from seed in Gen.Elements(Seeds)
                        from kind in Gen.Choose(0, 2)
                        from at in Gen.Choose(0, seed.Message.Length - 1)
                        from with in Gen.Choose(0, 255)
                        select (seed.Parser, Message: Mutate(Encoding.UTF8.GetBytes(seed.Message), kind, at, (byte)with));

        Prop.ForAll(mutations.ToArbitrary(), m => IsSound(Frames.By(m.Parser, m.Message))).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));
    }

    [Fact]
    public void No_exception_escapes_when_any_value_is_replaced_by_a_nasty_one()
    {
        foreach (var (parser, seed) in Seeds)
            foreach (var value in System.Text.RegularExpressions.Regex.Matches(seed, "(?<=[:,\\[])(\"[^\"]*\"|[0-9.]+|true|false|null|\\[[^\\]]*\\]|\\{[^}]*\\})").Cast<System.Text.RegularExpressions.Match>())
                foreach (var nasty in Nasty)
                    Assert.True(IsSound(Frames.By(parser, seed[..value.Index] + nasty + seed[(value.Index + value.Length)..])));
    }

    [Fact]
    public void Deep_nesting_is_refused_without_recursion()
    {
        foreach (var parser in Seeds.Select(s => s.Parser).Distinct())
            Assert.NotNull(Frames.By(parser, """{"data":""" + new string('[', 100_000)).Reason);
    }

    // A hostile megabyte must not cost more memory than its own size a few times over, nor seconds.
    [Theory]
    [InlineData("""{"channel":"market_trades","timestamp":"2026-08-09T21:05:48Z","sequence_num":9,"events":[{"type":"update","trades":[""", "{},", "{}]}]}")]
    [InlineData("""{"channel":"market_trades","timestamp":"2026-08-09T21:05:48Z","sequence_num":9,"events":[""", "{},", "{}]}")]
    [InlineData("""{"channel":"subscriptions","timestamp":"2026-08-09T21:05:48Z","sequence_num":9,"events":[{"subscriptions":{"market_trades":[""", "\"A\",", "\"A\"]}}]}")]
    public void A_megabyte_of_broken_elements_costs_no_more_than_a_few_times_its_size(string head, string element, string tail)
    {
        var message = Encoding.UTF8.GetBytes(head + string.Concat(Enumerable.Repeat(element, 300_000)) + tail);
        var frame = new FeedFrame();
        frame.Read(message, CoinbaseAdvancedParser.Read);

        var before = GC.GetAllocatedBytesForCurrentThread();
        frame.Read(message, CoinbaseAdvancedParser.Read);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * message.Length);
    }

    private static bool IsSound(FeedFrame frame) =>
        frame.Trades.TrueForAll(t => t is { Price: > 0, Size: > 0, TradeId: > 0, InstrumentId.Length: > 0 and <= WordCache.LongestWord, EventTimeUs: > 1_262_304_000_000_000 })
        && frame.Tickers.TrueForAll(t => t is { Price: > 0, InstrumentId.Length: > 0 } && t.Bid is null or >= 0 && t.Volume24h is null or >= 0)
        && frame.Klines.TrueForAll(k => k is { Open: > 0, High: > 0, Low: > 0, Close: > 0, Volume: >= 0 })
        && frame.Reason is null or { Length: > 0 and < 10_000 };

    private static byte[] Mutate(byte[] bytes, int kind, int at, byte with)
    {
        switch (kind)
        {
            case 0:
                bytes[at] = with;
                return bytes;
            case 1:
                return bytes[..at];
            default:
                return [.. bytes[..at], .. bytes[(at / 2)..]];
        }
    }
}
