using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.EndToEnd;

/// <summary>The venues beside the two big ones, from the simulator's sockets to the topic, over a kill of the producer.</summary>
public sealed class VenuesEndToEndTests
{
    private static readonly string[] Coins = ["ADA-USD", "BTC-USD", "DOGE-USD", "ETH-USD", "SOL-USD"];
    private static readonly string[] Sources = ["coinbase-advanced-sim", "gemini-sim", "kraken-sim"];

    [Fact]
    public async Task Every_trade_of_every_venue_stands_in_Bronze_although_the_producer_was_killed()
    {
        await using var kafka = await LocalKafkaProcess.StartAsync();
        await using var simulator = ServiceProcess.Simulator("--Simulator:TicksPerSecond=500");
        await using var producer = ServiceProcess.Producer(kafka.BootstrapServers, simulator.Address, "--Feeds:Mode=simulated", "--Feeds:Venues=kraken;gemini;coinbase-advanced;coinbase-v2");
        await Eventually.Passes(async () => Assert.NotEmpty((await producer.GetAsync("feeds")).GetProperty("venues").EnumerateArray()), TimeSpan.FromSeconds(40));
        using var topic = new BronzeTopic(kafka.BootstrapServers);

        // 1. All flow, the producer dies, and all flow again.
        topic.ReadUntil(t => Reached(t, 0), 180);
        await producer.KillAndRestartAsync();
        var killed = topic.Trades.Max(t => t.EventTimeUs);
        topic.ReadUntil(t => Reached(t, killed + 4_000_000) && Prices(t).Count >= Coins.Length, 180);

        // 2. Complete: by their ids where these count, by the exchange's own list where they do not.
        foreach (var series in topic.Trades.GroupBy(t => (t.Source, Symbol: t.Symbol.Name)))
        {
            var ids = series.Select(t => t.TradeId).Distinct().Order().ToList();
            var expected = series.Key.Source == "gemini-sim"
                ? await GeminiIdsAsync(simulator.Address, series.Key.Symbol.Replace("-", ""), ids[0], ids[^1])
                : [.. Enumerable.Range(0, (int)(ids[^1] - ids[0] + 1)).Select(i => ids[0] + i)];
            Assert.True(expected.SequenceEqual(ids), $"{series.Key}: {ids.Count} of {expected.Count} trades; {producer.Output.Tail()}");
        }

        // 3. The polled price is there with a volume, as no trade.
        Assert.Equal(Coins, Prices(topic).Select(p => p.GetProperty("symbol").GetString()!).Distinct().Order());
        Assert.All(Prices(topic), p => Assert.True(decimal.Parse(p.GetProperty("volume_24h").GetString()!) > 0 && p.GetProperty("kind").GetString() == "ticker"));
    }

    [Fact]
    public async Task Two_doors_to_the_same_order_books_are_refused()
    {
        var (exit, output) = await ChildProcess.RunAsync("dotnet",
            [typeof(ProducerHost).Assembly.Location, "--Feeds:Mode=live", "--Feeds:Venues=coinbase;coinbase-advanced", "--ConnectionStrings:kafka=127.0.0.1:1"], TimeSpan.FromSeconds(60));

        Assert.Equal(1, exit);
        Assert.Contains("Feeds:Venues is 'coinbase-advanced'", output);
    }

    /// <summary>Every series has a trade later than that.</summary>
    private static bool Reached(BronzeTopic topic, long timeUs) =>
        topic.Trades.GroupBy(t => (t.Source, t.Symbol.Name)).Where(s => s.Max(t => t.EventTimeUs) > timeUs).Select(s => s.Key).Order().SequenceEqual(Sources.SelectMany(s => Coins.Select(c => (s, c))).Order());

    private static List<JsonElement> Prices(BronzeTopic topic) =>
        [.. topic.Raw.Select(r => Encoding.UTF8.GetString(r.Message.Value)).Where(v => v.Contains("\"coinbase-v2-sim\"")).Select(v => JsonDocument.Parse(v).RootElement)];

    private static async Task<List<long>> GeminiIdsAsync(Uri simulator, string symbol, long first, long last)
    {
        using var http = new HttpClient();
        var ids = new List<long>();
        for (var next = first - 1; ; next = ids[^1])
        {
            var page = (await http.GetFromJsonAsync<JsonElement>(new Uri(simulator, $"gemini/v1/trades/{symbol}?limit_trades=500&since_tid={next}"))).EnumerateArray()
                .Select(t => t.GetProperty("tid").GetInt64()).Order().Where(id => id <= last).ToList();
            if (page.Count == 0) return ids;
            ids.AddRange(page);
        }
    }
}
