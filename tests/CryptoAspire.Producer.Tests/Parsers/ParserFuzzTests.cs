using System.Text;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Producer.Venues.Binance;
using CryptoAspire.Producer.Venues.Coinbase;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.Producer.Tests.Parsers;

/// <summary>Whatever comes off a socket, a parser answers; it never throws.</summary>
public sealed class ParserFuzzTests
{
    private static readonly string[] Seeds =
    [
        """{"type":"match","trade_id":881613,"maker_order_id":"27ff","side":"sell","size":"0.04","price":"14.7775","product_id":"BAND-GBP","sequence":333938798,"time":"2021-04-17T16:43:30.244075Z"}""",
        """{"type":"ticker","sequence":1,"product_id":"BAND-GBP","price":"14.7775","volume_24h":"94381.28","best_bid":"14.7550","best_ask":"14.8060","side":"buy","time":"2021-04-17T16:43:30.244075Z","trade_id":881613,"last_size":"0.04"}""",
        """{"type":"subscriptions","channels":[{"name":"matches","product_ids":["BTC-USD"],"account_ids":null}]}""",
        """{"type":"heartbeat","sequence":90,"last_trade_id":20,"product_id":"BTC-USD","time":"2014-11-07T08:19:28.464459Z"}""",
        """{"type":"error","message":"a","reason":"b"}""",
        """{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63","q":"0.02","T":1723161255342,"m":true,"M":true}}""",
        """{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1633998288468,"s":"BTCUSDT","a":425085,"p":"13.8","q":"2.1","f":439577,"l":439577,"T":1633998288467,"m":false,"M":true}}""",
        """{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1633998288469,"s":"BTCUSDT","k":{"t":1633998240000,"T":1633998299999,"s":"BTCUSDT","i":"1m","f":439572,"L":439577,"o":"13.7","c":"13.8","h":"13.8","l":"13.7","v":"183.49","n":6,"x":false,"q":"2519.8","V":"125.78","Q":"1726.6","B":"0"}}}""",
        """{"stream":"btcusdt@miniTicker","data":{"e":"24hrMiniTicker","E":1633998288469,"s":"BTCUSDT","c":"1","o":"1","h":"1","l":"1","v":"10","q":"10"}}""",
        """{"type":"status","currencies":[],"products":[{"id":"BTC-USD","status":"online","trading_disabled":false},{"id":"ETH-USD","status":"delisted"}]}""",
        """{"result":["btcusdt@trade"],"id":1}""",
        """{"error":{"code":2,"msg":"x"},"id":1}""",
    ];

    private static readonly string[] Nasty =
        ["null", "[]", "{}", "\"\"", "-1", "1e400", "NaN", "true", "\"\\ud800\"", "\"\\u0000\"", "9999999999999999999999", "[[[[[[[[", "\"" + new string('9', 5_000) + "\"", "0.000000000000000000000000000000000095"];

    [Fact]
    public void No_exception_escapes_from_random_bytes() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => Holds(bytes ?? [])).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void No_exception_escapes_from_messages_with_bytes_changed_cut_or_repeated()
    {
        var mutations = from seed in Gen.Elements(Seeds)
                        from kind in Gen.Choose(0, 2)
                        from at in Gen.Choose(0, seed.Length - 1)
                        from with in Gen.Choose(0, 255)
                        select Mutate(Encoding.UTF8.GetBytes(seed), kind, at, (byte)with);

        Prop.ForAll(mutations.ToArbitrary(), bytes => Holds(bytes)).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));
    }

    [Fact]
    public void No_exception_escapes_when_any_value_is_replaced_by_a_nasty_one()
    {
        foreach (var seed in Seeds)
        {
            foreach (var value in System.Text.RegularExpressions.Regex.Matches(seed, "(?<=:)(\"[^\"]*\"|[0-9]+|true|\\[.*?\\]|null)").Cast<System.Text.RegularExpressions.Match>())
                foreach (var nasty in Nasty)
                    Assert.True(Holds(Encoding.UTF8.GetBytes(seed[..value.Index] + nasty + seed[(value.Index + value.Length)..])));
        }
    }

    [Fact]
    public void Deep_nesting_is_refused_without_recursion()
    {
        var message = Encoding.UTF8.GetBytes("""{"data":""" + new string('[', 100_000));

        Assert.NotNull(Parsed.Binance(message).Reason);
        Assert.NotNull(Parsed.Coinbase(message).Reason);
    }

    /// <summary>The parsers answer, and what they accept has been checked.</summary>
    private static bool Holds(byte[] message) => IsSound(Parsed.Binance(message)) && IsSound(Parsed.BinanceAggregates(message)) && IsSound(Parsed.Coinbase(message));

    private static bool IsSound(Parsed message) =>
        message.Frame.Trades.All(t => t is { Price: > 0, Size: > 0, TradeId: > 0, InstrumentId.Length: > 0 })
        && message.Frame.Tickers.All(t => t is { Price: > 0, InstrumentId.Length: > 0 })
        && message.Frame.Promises.All(p => p is { LastTradeId: >= 0, InstrumentId.Length: > 0 })
        && message.Frame.Klines.All(k => k is { Open: > 0, High: > 0, Low: > 0, Close: > 0, Volume: >= 0 })
        && message.Reason is null or { Length: > 0 and < 10_000 };

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
