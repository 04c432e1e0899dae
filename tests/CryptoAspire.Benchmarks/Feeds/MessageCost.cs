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
        ("binance", "miniTicker", """{"stream":"btcusdt@miniTicker","data":{"e":"24hrMiniTicker","E":1723161255343,"s":"BTCUSDT","c":"61837.63000000","o":"59000.00000000","h":"62500.00000000","l":"58900.10000000","v":"23456.78900000","q":"1430000000.12345678"}}"""),
        ("binance-agg", "aggTrade", """{"stream":"omgbusd@aggTrade","data":{"e":"aggTrade","E":1633998288468,"s":"OMGBUSD","a":425085,"p":"13.80480000","q":"2.10000000","f":439577,"l":439577,"T":1633998288467,"m":false,"M":true}}"""),
        ("coinbase-advanced", "market_trades", """{"channel":"market_trades","timestamp":"2026-08-09T21:05:48.251397169Z","sequence_num":9,"events":[{"type":"update","trades":[{"product_id":"BTC-USD","trade_id":"1068572091","price":"65083.67","size":"0.01034361","time":"2026-08-09T21:05:48.167634Z","side":"SELL"}]}]}"""),
        ("coinbase-advanced", "ticker", """{"channel":"ticker","timestamp":"2026-08-09T21:05:48.251397169Z","sequence_num":10,"events":[{"type":"update","tickers":[{"type":"ticker","product_id":"ETH-USD","price":"1919.41","volume_24_h":"19975.95927439","low_24_h":"1911.04","high_24_h":"1925","low_52_w":"1505","high_52_w":"4955.9","price_percent_chg_24_h":"0.02501394006035","best_bid":"1919.44","best_ask":"1919.49","best_bid_quantity":"0.02858092","best_ask_quantity":"0.07814824"}]}]}"""),
        ("kraken", "trade", """{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":105944.20,"qty":0.00027625,"ord_type":"limit","trade_id":10218208,"timestamp":"2023-10-06T17:35:55.440295Z"}]}"""),
        ("kraken", "ticker", """{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":105944.20,"bid_qty":2.5,"ask":105944.30,"ask_qty":3.2,"last":105899.40,"volume":163.28908096,"vwap":105904.39279,"low":104711.0,"high":106613.10,"change":250.0,"change_pct":0.24,"timestamp":"2022-12-25T09:30:59.123456Z"}]}"""),
        ("gemini", "trade", """{"type":"trade","symbol":"BTCUSD","event_id":1764551741926942,"timestamp":1786313194672,"price":"65206.29","quantity":"0.00007667","side":"buy","tid":2840141017904555}"""),
        ("gemini", "book without trades", """{"type":"l2_updates","symbol":"SOLUSD","changes":[["buy","77.34","14.3"],["sell","77.41","2.5"],["sell","77.44","0"]]}"""),
    ];

    public static void Run(Report report, int times)
    {
        using var http = new HttpClient();
        var frame = new FeedFrame();
        var samples = Samples.Select(s =>
        {
            var entry = VenueCatalog.Find(s.Venue)!;
            var venue = entry.Create(new VenueRest(http, entry.Live.Rest, new RequestBudget(s.Venue, entry.Limit, TimeProvider.System), entry.Limit, TimeProvider.System), entry.Live.Socket);
            var message = Encoding.UTF8.GetBytes(s.Message);
            venue.Parse(message, frame);
            return frame.Reason is { } reason ? throw new InvalidOperationException($"{s.Venue} {s.Kind}: {reason}") : (Name: s.Venue, s.Kind, Venue: venue, Message: message);
        }).ToList();
        WarmUp(() =>
        {
            foreach (var sample in samples)
            {
                Walk(sample.Message);
                sample.Venue.Parse(sample.Message, frame);
            }
        });
        foreach (var (name, kind, venue, message) in samples)
        {
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
        WarmUp(() => OutboundRecord.Of(trade));
        var (rewalk, _) = Measure(times, () => Walk(record.Value));
        var (encode, encoded) = Measure(times, () => OutboundRecord.Of(trade));
        report.Add(new(Section, $"a trade to {record.Value.Length} bytes of Bronze", "encode", encode, "ns", rewalk, "ns to walk it", Goal: 2 * rewalk, GoalIsCeiling: true));
        report.Add(new(Section, $"a trade to {record.Value.Length} bytes of Bronze", "encode, allocated", encoded, "B", Goal: record.Value.Length + 100, GoalIsCeiling: true));
    }

    /// <summary>Until everything has been compiled the second time, which begins when nothing was compiled for the first time for two seconds (Directory.Build.targets).</summary>
    private static void WarmUp(Action action)
    {
        for (var round = 0; round < 2; round++)
        {
            for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started).TotalSeconds < 0.5;) action();
            Thread.Sleep(3_000);
        }
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
