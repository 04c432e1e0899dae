using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Producer.Kafka;
using CryptoAspire.Producer.Rest;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Benchmarks.Feeds;

/// <summary>Nanoseconds and bytes a message, beside Utf8JsonReader just walking over the same bytes in the same run.</summary>
internal static class MessageCost
{
    private const string Section = "Reading and encoding one message";

    private static readonly (string Venue, string Kind, string Message)[] Samples =
    [
        ("coinbase", "match", """{"type":"match","trade_id":881613,"maker_order_id":"27ff2c5e-8d3f-4c5a-b8b2-6a7e5b2c9d10","taker_order_id":"1da6a1c2-44b1-4bd3-9f6e-0a5c7b1f2e33","side":"sell","size":"0.04","price":"14.7775","product_id":"BAND-GBP","sequence":333938798,"time":"2021-04-17T16:43:30.244075Z"}"""),
        ("coinbase", "ticker", """{"type":"ticker","sequence":333938798,"product_id":"BAND-GBP","price":"14.7775","open_24h":"14.6647","volume_24h":"94381.28000000","low_24h":"14.3691","high_24h":"16.55","volume_30d":"2295579.57000000","best_bid":"14.7550","best_ask":"14.8060","side":"buy","time":"2021-04-17T16:43:30.244075Z","trade_id":881613,"last_size":"0.04"}"""),
        ("coinbase", "heartbeat", """{"type":"heartbeat","sequence":90,"last_trade_id":20,"product_id":"BTC-USD","time":"2014-11-07T08:19:28.464459Z"}"""),
        ("binance", "trade", """{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}"""),
        ("binance", "aggTrade", """{"stream":"omgbusd@aggTrade","data":{"e":"aggTrade","E":1633998288468,"s":"OMGBUSD","a":425085,"p":"13.80480000","q":"2.10000000","f":439577,"l":439577,"T":1633998288467,"m":false,"M":true}}"""),
        ("binance", "kline", """{"stream":"omgbusd@kline_1m","data":{"e":"kline","E":1633998288469,"s":"OMGBUSD","k":{"t":1633998240000,"T":1633998299999,"s":"OMGBUSD","i":"1m","f":439572,"L":439577,"o":"13.72120000","c":"13.80480000","h":"13.80480000","l":"13.72120000","v":"183.49000000","n":6,"x":false,"q":"2519.85628300","V":"125.78000000","Q":"1726.63719800","B":"0"}}}"""),
    ];

    public static void Run(Report report, int times)
    {
        using var http = new HttpClient();
        var frame = new FeedFrame();
        foreach (var (name, kind, text) in Samples)
        {
            var entry = VenueCatalog.Find(name)!;
            var venue = entry.Create(new VenueRest(http, entry.Live.Rest, new RequestBudget(name, entry.Limit, TimeProvider.System), entry.Limit, TimeProvider.System), entry.Live.Socket);
            var message = Encoding.UTF8.GetBytes(text);
            venue.Parse(message, frame);
            if (frame.Reason is { } reason) throw new InvalidOperationException($"{name} {kind}: {reason}");

            var (walk, _) = Measure(times, () => Walk(message));
            var (parse, parsed) = Measure(times, () => venue.Parse(message, frame));
            report.Add(new(Section, $"{name} {kind}", "read", parse, "ns", walk, "ns to walk it", Goal: 2 * walk, GoalIsCeiling: true));
            report.Add(new(Section, $"{name} {kind}", "read, allocated", parsed, "B", Goal: 100, GoalIsCeiling: true));
        }

        var trade = new Trade
        {
            Symbol = Symbol.Parse("BTC-USDT"), Source = "binance", TradeId = 3735683259, EventTimeUs = 1723161255342000, ReceivedUs = 1723161255343123, Price = 61837.63m, Size = 0.02m,
            Side = Side.Sell, Iteration = 12345,
        };
        var record = OutboundRecord.Of(trade);
        var (rewalk, _) = Measure(times, () => Walk(record.Value));
        var (encode, encoded) = Measure(times, () => OutboundRecord.Of(trade));
        report.Add(new(Section, $"a trade to {record.Value.Length} bytes of Bronze", "encode", encode, "ns", rewalk, "ns to walk it", Goal: 2 * rewalk, GoalIsCeiling: true));
        report.Add(new(Section, $"a trade to {record.Value.Length} bytes of Bronze", "encode, allocated", encoded, "B", Goal: record.Value.Length + 100, GoalIsCeiling: true));
    }

    private static void Walk(byte[] message)
    {
        var json = new Utf8JsonReader(message);
        while (json.Read())
        {
        }
    }

    /// <summary>The fastest of five runs, after one to warm up: other processes can only slow a run down.</summary>
    private static (double Nanoseconds, double Bytes) Measure(int times, Action action)
    {
        var best = double.MaxValue;
        double bytes = 0;
        for (var run = 0; run < 6; run++)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < times; i++) action();
            var elapsed = Stopwatch.GetElapsedTime(started);
            bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)times;
            if (run > 0) best = Math.Min(best, elapsed.TotalNanoseconds / times);
        }
        return (best, bytes);
    }
}
