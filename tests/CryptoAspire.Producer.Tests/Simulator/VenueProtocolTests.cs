using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace CryptoAspire.Producer.Tests.Simulator;

/// <summary>What a client of Kraken, Gemini and Coinbase's other two interfaces sees on the wire, compared with what the vendors' documents and captures show.</summary>
public sealed class VenueProtocolTests
{
    [Fact]
    public async Task Kraken_answers_each_symbol_on_its_own_then_sends_a_snapshot_and_updates()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync("--Simulator:TicksPerSecond=2000");
        await using var client = await RawClient.ConnectAsync(simulator.Address, "kraken/ws");
        Assert.Equal("online", (await client.UntilAsync(m => Channel(m) == "status")).GetProperty("data")[0].GetProperty("system").GetString());
        await client.SendAsync("""{"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD","NO/COIN"],"snapshot":true},"req_id":7}""");

        var confirmed = await client.UntilAsync(m => m.TryGetProperty("success", out _));
        Assert.Equal(("BTC/USD", true, 7), (confirmed.GetProperty("result").GetProperty("symbol").GetString(), confirmed.GetProperty("success").GetBoolean(), confirmed.GetProperty("req_id").GetInt32()));
        var snapshot = await client.UntilAsync(m => Channel(m) == "trade");
        Assert.Equal(("snapshot", 50), (snapshot.GetProperty("type").GetString(), snapshot.GetProperty("data").GetArrayLength()));
        var refused = await client.UntilAsync(m => m.TryGetProperty("success", out var success) && !success.GetBoolean());
        Assert.Equal(("NO/COIN", "Currency pair not supported NO/COIN"), (refused.GetProperty("symbol").GetString(), refused.GetProperty("error").GetString()));
        var update = await client.UntilAsync(m => Channel(m) == "trade" && m.GetProperty("type").GetString() == "update");
        Assert.Equal(["symbol", "side", "price", "qty", "ord_type", "trade_id", "timestamp"], update.GetProperty("data")[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(JsonValueKind.Number, update.GetProperty("data")[0].GetProperty("price").ValueKind);
        await client.UntilAsync(m => Channel(m) == "heartbeat");
        await client.SendAsync("""{"method":"ping","req_id":8}""");
        await client.UntilAsync(m => m.TryGetProperty("method", out var method) && method.GetString() == "pong");
    }

    [Fact]
    public async Task Kraken_pages_by_time_and_refuses_with_status_200()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync("--Simulator:TicksPerSecond=2000");
        using var http = new HttpClient { BaseAddress = simulator.Address };

        var pairs = (await http.GetFromJsonAsync<JsonElement>("kraken/0/public/AssetPairs")).GetProperty("result");
        Assert.Equal(("XBTUSD", "XBT/USD"), (pairs.GetProperty("XXBTZUSD").GetProperty("altname").GetString(), pairs.GetProperty("XXBTZUSD").GetProperty("wsname").GetString()));
        var newest = (await http.GetFromJsonAsync<JsonElement>("kraken/0/public/Trades?pair=XBTUSD&count=10")).GetProperty("result").GetProperty("XXBTZUSD");
        var ids = newest.EnumerateArray().Select(t => t[6].GetInt64()).ToList();
        Assert.Equal(Enumerable.Range(0, 10).Select(i => ids[0] + i), ids);
        var third = (long)(newest[2][2].GetDecimal() * 1_000_000_000);
        var since = (await http.GetFromJsonAsync<JsonElement>($"kraken/0/public/Trades?pair=XBTUSD&count=3&since={third}")).GetProperty("result").GetProperty("XXBTZUSD");
        var later = newest.EnumerateArray().SkipWhile(t => (long)(t[2].GetDecimal() * 1_000_000_000) <= third).Select(t => t[6].GetInt64()).Take(3).ToList(); // trades of a burst share their time
        Assert.Equal(later, since.EnumerateArray().Select(t => t[6].GetInt64()).Take(later.Count));
        Assert.Equal("""{"error":["EQuery:Unknown asset pair"]}""", await http.GetStringAsync("kraken/0/public/Trades?pair=NOCOIN"));
    }

    [Fact]
    public async Task Kraken_refuses_who_asks_too_often()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync();
        using var http = new HttpClient { BaseAddress = simulator.Address };

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => http.GetStringAsync("kraken/0/public/Time")));

        Assert.Contains("""{"error":["EGeneral:Too many requests"]}""", answers);
    }

    [Fact]
    public async Task Gemini_begins_with_a_symbols_last_hundred_trades_and_goes_on_with_single_ones()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync("--Simulator:TicksPerSecond=4000");
        await using var client = await RawClient.ConnectAsync(simulator.Address, "gemini/v2/marketdata");
        await client.SendAsync("""{"type":"subscribe","subscriptions":[{"name":"l2","symbols":["BTCUSD"]},{"name":"candles_1m","symbols":["BTCUSD"]}]}""");

        var first = JsonDocument.Parse((await client.ReceiveAsync())!).RootElement;
        Assert.Equal(["type", "symbol", "changes", "trades", "auction_events"], first.EnumerateObject().Select(p => p.Name));
        var ids = first.GetProperty("trades").EnumerateArray().Select(t => t.GetProperty("tid").GetInt64()).ToList();
        Assert.Equal(100, ids.Count);
        Assert.Equal(ids.Order(), ids);
        Assert.DoesNotContain(ids.Zip(ids.Skip(1)), pair => pair.Second == pair.First + 1);
        var trade = await client.UntilAsync(m => Type(m) == "trade");
        Assert.Equal(["type", "symbol", "event_id", "timestamp", "price", "quantity", "side", "tid"], trade.EnumerateObject().Select(p => p.Name));
        await client.UntilAsync(m => Type(m) == "l2_updates" && !m.TryGetProperty("trades", out _));
        await client.UntilAsync(m => Type(m) == "heartbeat");
    }

    [Fact]
    public async Task Gemini_shows_the_same_trade_in_both_sockets_and_in_REST()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync("--Simulator:TicksPerSecond=4000");
        await using var old = await RawClient.ConnectAsync(simulator.Address, "gemini/v2/marketdata");
        await using var streams = await RawClient.ConnectAsync(simulator.Address, "gemini/ws");
        await old.SendAsync("""{"type":"subscribe","subscriptions":[{"name":"l2","symbols":["BTCUSD"]}]}""");
        await streams.SendAsync("""{"id":"1","method":"subscribe","params":["btcusd@trade"]}""");
        Assert.Equal("""{"id":"1","status":200}""", await streams.ReceiveAsync());

        var stream = await streams.UntilAsync(m => m.TryGetProperty("t", out _));
        var tid = stream.GetProperty("t").GetInt64();
        var socket = await old.UntilAsync(m => m.TryGetProperty("tid", out var t) ? t.GetInt64() == tid
            : m.TryGetProperty("trades", out var trades) && trades.EnumerateArray().Any(t => t.GetProperty("tid").GetInt64() == tid));
        if (socket.TryGetProperty("trades", out var batch)) socket = batch.EnumerateArray().Single(t => t.GetProperty("tid").GetInt64() == tid);
        using var http = new HttpClient { BaseAddress = simulator.Address };
        var rest = (await http.GetFromJsonAsync<JsonElement>($"gemini/v1/trades/btcusd?limit_trades=1&since_tid={tid - 1}"))[0];

        Assert.Equal(tid, rest.GetProperty("tid").GetInt64());
        Assert.Equal(rest.GetProperty("timestampms").GetInt64(), stream.GetProperty("E").GetInt64() / 1_000_000);
        Assert.Equal((rest.GetProperty("price").GetString(), rest.GetProperty("amount").GetString(), rest.GetProperty("type").GetString()),
            (socket.GetProperty("price").GetString(), socket.GetProperty("quantity").GetString(), socket.GetProperty("side").GetString()));
        Assert.Equal(rest.GetProperty("type").GetString() == "sell", stream.GetProperty("m").GetBoolean());
    }

    [Fact]
    public async Task Gemini_pages_forward_in_time_newest_first_within_a_page()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync("--Simulator:TicksPerSecond=2000");
        using var http = new HttpClient { BaseAddress = simulator.Address };

        var newest = (await http.GetFromJsonAsync<JsonElement>("gemini/v1/trades/btcusd?limit_trades=20")).EnumerateArray().ToList();
        var times = newest.Select(t => t.GetProperty("timestampms").GetInt64()).ToList();
        Assert.Equal(times.OrderDescending(), times);
        var page = (await http.GetFromJsonAsync<JsonElement>($"gemini/v1/trades/btcusd?limit_trades=5&timestamp={times[^1]}")).EnumerateArray().ToList();
        Assert.Equal(5, page.Count);
        Assert.All(page, t => Assert.True(t.GetProperty("timestampms").GetInt64() >= times[^1]));
        Assert.Contains(page, t => t.GetProperty("tid").GetInt64() == newest[^1].GetProperty("tid").GetInt64());
        var unknown = await http.GetAsync("gemini/v1/pubticker/bla");
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
        Assert.StartsWith("Supplied value 'bla' is not a valid symbol.", (await unknown.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("message").GetString());
    }

    [Fact]
    public async Task Coinbase_Advanced_numbers_its_messages_and_sends_the_newest_trade_first()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync("--Simulator:TicksPerSecond=2000");
        await using var client = await RawClient.ConnectAsync(simulator.Address, "coinbase-advanced/ws");
        await client.SendAsync("""{"type":"subscribe","channel":"heartbeats"}""");
        await client.SendAsync("""{"type":"subscribe","product_ids":["BTC-USD","ETH-USD"],"channel":"market_trades"}""");
        await client.SendAsync("""{"type":"subscribe","product_ids":["BTC-USD"],"channel":"ticker"}""");
        await client.SendAsync("""{"type":"subscribe","product_ids":["BTC-USD"],"channel":"candles"}""");

        var seen = new Dictionary<string, JsonElement>();
        long expected = 0;
        await client.UntilAsync(m =>
        {
            Assert.Equal(expected++, m.GetProperty("sequence_num").GetInt64());
            Assert.Matches("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z$", m.GetProperty("timestamp").GetString());
            var kind = m.GetProperty("events")[0].TryGetProperty("type", out var type) ? $"{Channel(m)} {type.GetString()}" : Channel(m)!;
            seen[kind] = m;
            return seen.Keys.Intersect(["heartbeats", "subscriptions", "market_trades snapshot", "market_trades update", "ticker snapshot", "ticker update", "candles snapshot"]).Count() == 7;
        });
        foreach (var kind in new[] { "market_trades snapshot", "market_trades update" })
        {
            var ids = seen[kind].GetProperty("events")[0].GetProperty("trades").EnumerateArray().Select(t => long.Parse(t.GetProperty("trade_id").GetString()!)).ToList();
            Assert.Equal(ids.OrderDescending(), ids);
        }
        Assert.Equal(100, seen["market_trades snapshot"].GetProperty("events")[0].GetProperty("trades").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"type":"subscribe","product_ids":["BTC-USD","NO-COIN"],"channel":"market_trades"}""")]
    [InlineData("""{"type":"subscribe","product_ids":["BTC-USD"],"channel":"level9"}""")]
    [InlineData("""{"type":"subscribe","product_ids":["BTC-USD"],"channels":["market_trades"]}""")]
    [InlineData("""{"type":""")]
    public async Task Coinbase_Advanced_refuses_without_a_reason(string request)
    {
        await using var simulator = await SimulatorUnderTest.StartAsync();
        await using var client = await RawClient.ConnectAsync(simulator.Address, "coinbase-advanced/ws");
        await client.SendAsync(request);

        Assert.Equal("""{"type":"error","message":"failure to subscribe"}""", await client.ReceiveAsync());
    }

    [Fact]
    public async Task Coinbase_Advanced_shows_the_newest_of_a_span_of_time_and_the_trades_are_those_of_the_Exchange()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync("--Simulator:TicksPerSecond=2000");
        using var http = new HttpClient { BaseAddress = simulator.Address };
        var end = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 2;

        var page = (await http.GetFromJsonAsync<JsonElement>($"coinbase-advanced/api/v3/brokerage/market/products/BTC-USD/ticker?limit=50&start={end - 3}&end={end}")).GetProperty("trades").EnumerateArray().ToList();
        Assert.Equal(50, page.Count);
        var ids = page.Select(t => long.Parse(t.GetProperty("trade_id").GetString()!)).ToList();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => ids[0] - i), ids);
        Assert.All(page, t => Assert.InRange(t.GetProperty("time").GetDateTimeOffset().ToUnixTimeSeconds(), end - 3, end));
        var exchange = (await http.GetFromJsonAsync<JsonElement>($"coinbase/products/BTC-USD/trades?limit=1&after={ids[0] + 1}"))[0];
        Assert.Equal((ids[0], page[0].GetProperty("side").GetString()!.ToLowerInvariant()), (exchange.GetProperty("trade_id").GetInt64(), exchange.GetProperty("side").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("coinbase-advanced/api/v3/brokerage/market/products/NO-COIN/ticker?limit=1")).StatusCode);
    }

    [Fact]
    public async Task Coinbase_v2_tells_a_price_and_nothing_else()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync();
        using var http = new HttpClient { BaseAddress = simulator.Address };

        var data = (await http.GetFromJsonAsync<JsonElement>("coinbase-v2/v2/prices/BTC-USD/spot")).GetProperty("data");
        Assert.Equal(["amount", "base", "currency"], data.EnumerateObject().Select(p => p.Name));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("coinbase-v2/v2/prices/NO-COIN/spot")).StatusCode);
        Assert.NotEqual("0", (await http.GetFromJsonAsync<JsonElement>("coinbase/products/BTC-USD/stats")).GetProperty("volume").GetString());
    }

    private static string? Channel(JsonElement message) => message.TryGetProperty("channel", out var channel) ? channel.GetString() : null;

    private static string? Type(JsonElement message) => message.TryGetProperty("type", out var type) ? type.GetString() : null;
}
