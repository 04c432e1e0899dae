using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CryptoAspire.Producer.Tests.Parsers;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.Simulator;

/// <summary>What a client sees on the wire, compared with what the vendors' documents and captures show.</summary>
public sealed class ProtocolTests
{
    [Fact]
    public async Task Coinbase_confirms_then_sends_the_last_match_then_matches_tickers_and_heartbeats()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync("--Simulator:TicksPerSecond=400");
        await using var client = await RawClient.ConnectAsync(simulator.Address, "coinbase/ws");
        await client.SendAsync("""{"type":"subscribe","product_ids":["BTC-USD"],"channels":["matches",{"name":"ticker","product_ids":["BTC-USD"]},"heartbeat"]}""");

        var reply = JsonDocument.Parse((await client.ReceiveAsync())!).RootElement;
        Assert.Equal("subscriptions", Type(reply));
        Assert.Equal(["matches", "ticker", "heartbeat"], reply.GetProperty("channels").EnumerateArray().Select(c => c.GetProperty("name").GetString()));
        var last = await client.UntilAsync(m => Type(m) == "last_match");
        var match = await client.UntilAsync(m => Type(m) == "match" && m.GetProperty("trade_id").GetInt64() == last.GetProperty("trade_id").GetInt64() + 1);
        Assert.Equal(["type", "trade_id", "maker_order_id", "taker_order_id", "side", "size", "price", "product_id", "sequence", "time"], match.EnumerateObject().Select(p => p.Name));
        var ticker = await client.UntilAsync(m => Type(m) == "ticker");
        Assert.All(new[] { "price", "open_24h", "volume_24h", "best_bid", "best_ask" }, f => Assert.Equal(JsonValueKind.String, ticker.GetProperty(f).ValueKind));
        var heartbeat = await client.UntilAsync(m => Type(m) == "heartbeat");
        Assert.True(heartbeat.GetProperty("last_trade_id").GetInt64() >= ticker.GetProperty("trade_id").GetInt64());
    }

    [Fact]
    public async Task Coinbase_prints_opposite_sides_in_match_and_ticker()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync("--Simulator:TicksPerSecond=200");
        await using var client = await RawClient.ConnectAsync(simulator.Address, "coinbase/ws");
        await client.SendAsync("""{"type":"subscribe","product_ids":["BTC-USD"],"channels":["matches","ticker"]}""");

        var sides = new Dictionary<long, string>();
        await client.UntilAsync(m =>
        {
            if (Type(m) == "match") sides[m.GetProperty("trade_id").GetInt64()] = m.GetProperty("side").GetString()!;
            if (Type(m) != "ticker") return false;
            Assert.NotEqual(sides[m.GetProperty("trade_id").GetInt64()], m.GetProperty("side").GetString());
            return sides.Count > 50;
        });
    }

    [Theory]
    [InlineData("""{"type":"subscribe","product_ids":["BTC-USD","NO-COIN"],"channels":["matches"]}""", "NO-COIN is not a valid product")]
    [InlineData("""{"type":"subscribe","product_ids":["BTC-USD"],"channels":["level9"]}""", "level9 is not a valid channel")]
    [InlineData("""{"type":"dance"}""", "type dance is not valid")]
    [InlineData("""{"type":""", "")]
    public async Task Coinbase_refuses_the_whole_message_with_an_error(string request, string reason)
    {
        await using var simulator = await SimulatorUnderTest.StartAsync();
        await using var client = await RawClient.ConnectAsync(simulator.Address, "coinbase/ws");
        await client.SendAsync(request);

        var reply = JsonDocument.Parse((await client.ReceiveAsync())!).RootElement;
        Assert.Equal("error", Type(reply));
        Assert.Contains(reason, reply.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Coinbase_closes_on_a_client_that_does_not_subscribe_within_five_seconds()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync();
        await using var client = await RawClient.ConnectAsync(simulator.Address, "coinbase/ws");
        var started = System.Diagnostics.Stopwatch.StartNew();

        Assert.Null(await client.ReceiveAsync(seconds: 15));
        Assert.InRange(started.Elapsed.TotalSeconds, 4.5, 12);
    }

    [Fact]
    public async Task Coinbase_pages_backwards_through_its_trades()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync();
        using var http = new HttpClient { BaseAddress = simulator.Address };

        var page = await http.GetAsync("coinbase/products/BTC-USD/trades?limit=10");
        var ids = (await page.Content.ReadFromJsonAsync<JsonElement>()).EnumerateArray().Select(t => t.GetProperty("trade_id").GetInt64()).ToList();
        Assert.Equal(Enumerable.Range(0, 10).Select(i => ids[0] - i), ids);
        var older = await http.GetFromJsonAsync<JsonElement>($"coinbase/products/BTC-USD/trades?limit=2&after={page.Headers.GetValues("CB-AFTER").Single()}");
        Assert.Equal([ids[^1] - 1, ids[^1] - 2], older.EnumerateArray().Select(t => t.GetProperty("trade_id").GetInt64()));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await http.GetAsync("coinbase/products/NO-COIN/trades")).StatusCode);
    }

    [SharedDataFact(Captures.SpotBtc)]
    public async Task Binance_replays_the_recorded_bytes_in_recorded_order()
    {
        await using var simulator = await SimulatorUnderTest.ReplayAsync("max", SharedData.File(Captures.SpotBtc));
        await using var client = await RawClient.ConnectAsync(simulator.Address, "binance/stream?streams=btcusdt@trade");

        foreach (var recorded in Captures.Stamped(Captures.SpotBtc).Select(Encoding.UTF8.GetString).Where(m => m.Contains("@trade")).Take(2_000))
            Assert.Equal(recorded, await client.ReceiveAsync());
    }

    [Fact]
    public async Task Binance_makes_messages_of_the_recorded_shape()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync("--Simulator:TicksPerSecond=200");
        await using var client = await RawClient.ConnectAsync(simulator.Address, "binance/stream?streams=btcusdt@trade");

        var message = (await client.ReceiveAsync())!;
        Assert.Matches("""^\{"stream":"btcusdt@trade","data":\{"e":"trade","E":\d{13},"s":"BTCUSDT","t":\d+,"p":"\d+\.\d{8}","q":"\d+\.\d{8}","T":\d{13},"m":(true|false),"M":true\}\}$""", message);
    }

    [Fact]
    public async Task Binance_subscribes_unsubscribes_lists_and_refuses_on_one_connection()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync("--Simulator:TicksPerSecond=200");
        await using var client = await RawClient.ConnectAsync(simulator.Address, "binance/stream");

        await client.SendAsync("""{"method":"SUBSCRIBE","params":["ethusdt@trade","solusdt@trade"],"id":1}""");
        Assert.Equal("""{"result":null,"id":1}""", await client.ReceiveAsync());
        await client.SendAsync("""{"method":"UNSUBSCRIBE","params":["solusdt@trade"],"id":"two"}""");
        await client.UntilAsync(m => m.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && m.GetProperty("result").ValueKind == JsonValueKind.Null);
        await client.SendAsync("""{"method":"LIST_SUBSCRIPTIONS","id":3}""");
        var list = await client.UntilAsync(m => m.TryGetProperty("result", out _));
        Assert.Equal("""["ethusdt@trade"]""", list.GetProperty("result").GetRawText());
        await client.SendAsync("""{"method":"DANCE","id":4}""");
        var refusal = await client.UntilAsync(m => m.TryGetProperty("error", out _));
        Assert.Equal(2, refusal.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Binance_serves_trades_by_id_oldest_first()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync();
        using var http = new HttpClient { BaseAddress = simulator.Address };

        var newest = (await http.GetFromJsonAsync<JsonElement>("binance/api/v3/trades?symbol=BTCUSDT&limit=1"))[0].GetProperty("id").GetInt64();
        var page = await http.GetFromJsonAsync<JsonElement>($"binance/api/v3/historicalTrades?symbol=BTCUSDT&limit=3&fromId={newest - 100}");
        Assert.Equal([newest - 100, newest - 99, newest - 98], page.EnumerateArray().Select(t => t.GetProperty("id").GetInt64()));
        var unknown = await http.GetAsync("binance/api/v3/trades?symbol=NOCOIN");
        Assert.Equal("""{"code":-1121,"msg":"Invalid symbol."}""", await unknown.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Binances_other_streams_have_the_recorded_shapes_and_tell_of_the_same_trades()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync("--Simulator:TicksPerSecond=400");
        await using var client = await RawClient.ConnectAsync(simulator.Address, "binance/stream?streams=btcusdt@trade/btcusdt@aggTrade/btcusdt@miniTicker/btcusdt@kline_1m");

        var data = new Dictionary<string, JsonElement>();
        await client.UntilAsync(m =>
        {
            data[m.GetProperty("stream").GetString()!] = m.GetProperty("data");
            return data.Count == 4;
        });
        static string Names(JsonElement json) => string.Join("", json.EnumerateObject().Select(p => p.Name));
        Assert.Equal("eEsapqflTmM", Names(data["btcusdt@aggTrade"]));
        Assert.Equal("eEscohlvq", Names(data["btcusdt@miniTicker"]));
        Assert.Equal("eEsk", Names(data["btcusdt@kline_1m"]));
        var kline = data["btcusdt@kline_1m"].GetProperty("k");
        Assert.Equal("tTsifLochlvnxqVQB", Names(kline));
        Assert.Equal(kline.GetProperty("n").GetInt64(), kline.GetProperty("L").GetInt64() - kline.GetProperty("f").GetInt64() + 1);

        using var http = new HttpClient { BaseAddress = simulator.Address };
        var aggregate = data["btcusdt@aggTrade"];
        var page = await Eventually.Value( // the trade that follows may not have happened yet
            () => http.GetFromJsonAsync<JsonElement>($"binance/api/v3/aggTrades?symbol=BTCUSDT&fromId={aggregate.GetProperty("a").GetInt64()}&limit=2"), p => p.GetArrayLength() == 2);
        Assert.Equal([aggregate.GetProperty("a").GetInt64(), aggregate.GetProperty("a").GetInt64() + 1], page.EnumerateArray().Select(t => t.GetProperty("a").GetInt64()));
        Assert.Equal("apqflTmM", Names(page[0]));
        Assert.Equal(aggregate.GetProperty("p").GetString(), page[0].GetProperty("p").GetString());
        var trade = (await http.GetFromJsonAsync<JsonElement>($"binance/api/v3/historicalTrades?symbol=BTCUSDT&limit=1&fromId={aggregate.GetProperty("l").GetInt64()}"))[0];
        Assert.Equal((trade.GetProperty("price").GetString(), trade.GetProperty("time").GetInt64()), (page[0].GetProperty("p").GetString(), page[0].GetProperty("T").GetInt64()));
    }

    [Fact]
    public async Task Binance_tells_the_day_of_one_symbol_of_several_and_of_all()
    {
        await using var simulator = await SimulatorUnderTest.StartAsync();
        using var http = new HttpClient { BaseAddress = simulator.Address };

        var one = await http.GetFromJsonAsync<JsonElement>("binance/api/v3/ticker/24hr?symbol=BTCUSDT");
        Assert.Equal(("BTCUSDT", JsonValueKind.String), (one.GetProperty("symbol").GetString(), one.GetProperty("volume").ValueKind));
        var two = await http.GetFromJsonAsync<JsonElement>("binance/api/v3/ticker/24hr?symbols=%5B%22ETHUSDT%22,%22BTCUSDT%22%5D");
        Assert.Equal(["ETHUSDT", "BTCUSDT"], two.EnumerateArray().Select(d => d.GetProperty("symbol").GetString()));
        Assert.Equal(5, (await http.GetFromJsonAsync<JsonElement>("binance/api/v3/ticker/24hr")).GetArrayLength());
        foreach (var bad in new[] { "symbol=NOCOIN", "symbols=%5B%22NOCOIN%22%5D", "symbols=x", "symbols=%5B%5D" })
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await http.GetAsync($"binance/api/v3/ticker/24hr?{bad}")).StatusCode);
    }

    private static string? Type(JsonElement message) => message.GetProperty("type").GetString();
}
