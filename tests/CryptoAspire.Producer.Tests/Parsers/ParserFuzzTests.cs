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

        Assert.Equal(FeedMessageKind.Invalid, BinanceParser.Parse(message).Kind);
        Assert.Equal(FeedMessageKind.Invalid, CoinbaseParser.Parse(message).Kind);
    }

    /// <summary>Both parsers answer, and what they accept has been checked.</summary>
    private static bool Holds(byte[] message) => IsSound(BinanceParser.Parse(message)) && IsSound(CoinbaseParser.Parse(message));

    private static bool IsSound(FeedMessage message) => message.Kind switch
    {
        FeedMessageKind.Trade => message.Trade is { Price: > 0, Size: > 0, TradeId: > 0, InstrumentId.Length: > 0 },
        FeedMessageKind.Ticker => message.Ticker is { Price: > 0, InstrumentId.Length: > 0 },
        FeedMessageKind.Subscribed => message.Subscriptions is not null,
        FeedMessageKind.Invalid or FeedMessageKind.Refused => message.Reason is { Length: > 0 and < 10_000 },
        _ => true,
    };

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
