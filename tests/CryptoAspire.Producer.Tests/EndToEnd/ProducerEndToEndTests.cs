using System.Text;
using CryptoAspire.Producer.Kafka;
using CryptoAspire.Producer.Tests.Parsers;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.EndToEnd;

/// <summary>Simulator, producer and broker as processes; what stands in Bronze at the end is compared with what the market made.</summary>
public sealed class ProducerEndToEndTests
{
    private const int Btc = 9_757, Eth = 6_106;
    private const string TwoVenues = "--Feeds:Venues=coinbase;binance";

    [Fact]
    public async Task What_the_market_makes_stands_in_Bronze()
    {
        await using var kafka = await LocalKafkaProcess.StartAsync();
        await using var simulator = ServiceProcess.Simulator("--Simulator:TicksPerSecond=500");
        await using var producer = ServiceProcess.Producer(kafka.BootstrapServers, simulator.Address, "--Feeds:Mode=simulated", TwoVenues);
        await UntilTopicExistsAsync(producer);

        using var topic = new BronzeTopic(kafka.BootstrapServers);
        // More than the page of history that each series begins with.
        topic.ReadUntil(t => t.Trades.GroupBy(x => (x.Source, x.Symbol)).Count(s => s.Count() > 1_020) == 10);

        // 1. The contract: twelve partitions, the key is the symbol, a symbol lives in one partition.
        Assert.Equal(12, topic.Partitions);
        Assert.All(topic.Raw.Zip(topic.Raw.Select(r => Encoding.UTF8.GetString(r.Message.Value))), r => Assert.Contains($"\"symbol\":\"{Encoding.UTF8.GetString(r.First.Message.Key)}\"", r.Second));
        Assert.All(topic.Raw.GroupBy(r => Encoding.UTF8.GetString(r.Message.Key)), symbol => Assert.Single(symbol.Select(r => r.Partition).Distinct()));
        Assert.Equal(["binance-sim", "coinbase-sim"], topic.Trades.Select(t => t.Source).Distinct().Order());

        // 2. Complete: every series without hole or repetition.
        Assert.Equal(10, topic.Trades.Select(t => (t.Source, t.Symbol)).Distinct().Count());
        Assert.All(topic.Trades.GroupBy(t => (t.Source, t.Symbol)), series =>
            Assert.Equal(Enumerable.Range(0, series.Count()).Select(i => series.First().TradeId + i), series.Select(t => t.TradeId)));

        // 3. The producer says where its data comes from and how its feeds fare, and stops in good order.
        var feeds = await producer.GetAsync("feeds");
        Assert.Equal(("simulated", "-sim"), (feeds.GetProperty("mode").GetString(), feeds.GetProperty("sourceSuffix").GetString()));
        Assert.All(feeds.GetProperty("venues").EnumerateArray(), v => Assert.Equal("connected", v.GetProperty("state").GetString()));
        await Eventually.Passes(async () => Assert.Equal("Healthy", (await producer.GetAsync("health")).GetProperty("status").GetString()));
        var metrics = await producer.GetTextAsync("metrics");
        Assert.Contains("cryptoaspire_feed_connected{source=\"binance-sim\",venue=\"binance\"} 1", metrics);
        Assert.Matches("cryptoaspire_feed_trades_total\\{source=\"coinbase-sim\",venue=\"coinbase\"\\} [1-9]", metrics);
        Assert.True(await producer.StopAsync());
    }

    [SharedDataFact(Captures.SpotBtc, Captures.SpotEth)]
    public async Task Producer_and_simulator_killed_in_the_middle_of_a_replay_leave_every_trade_in_Bronze()
    {
        await using var kafka = await LocalKafkaProcess.StartAsync();
        await using var simulator = ServiceProcess.Simulator("--Feeds:Mode=replay", $"--Replay:Path={SharedData.File(Captures.SpotBtc)};{SharedData.File(Captures.SpotEth)}", "--Replay:Speed=40");
        await using var producer = ServiceProcess.Producer(kafka.BootstrapServers, simulator.Address, "--Feeds:Mode=replay");
        await UntilTopicExistsAsync(producer);
        using var topic = new BronzeTopic(kafka.BootstrapServers);

        topic.ReadUntil(t => t.Trades.Count > 1_000);
        await producer.KillAndRestartAsync();
        var first = topic.Trades.Count;
        topic.ReadUntil(t => t.Trades.Count > first + 1_000);
        await simulator.KillAndRestartAsync();
        var second = topic.Distinct("BTC-USDT");
        topic.ReadUntil(t => t.Distinct("BTC-USDT") > second + 500);
        await producer.KillAndRestartAsync();
        topic.ReadUntil(t => t.Distinct("BTC-USDT") == Btc && t.Distinct("ETH-USDT") == Eth, 90);

        Assert.Equal(Enumerable.Range(0, Btc).Select(i => 3_735_683_259 + i), topic.Trades.Where(t => t.Symbol.Name == "BTC-USDT").Select(t => t.TradeId).Distinct().Order());
        Assert.All(topic.Trades, t => Assert.Equal("binance-replay", t.Source));
    }

    [SharedDataFact(Captures.SpotBtc)]
    public async Task A_producer_killed_after_the_replay_has_ended_fetches_what_it_had_not_delivered()
    {
        await using var kafka = await LocalKafkaProcess.StartAsync();
        await using var simulator = ServiceProcess.Simulator("--Feeds:Mode=replay", $"--Replay:Path={SharedData.File(Captures.SpotBtc)}", "--Replay:Speed=150");
        await using var producer = ServiceProcess.Producer(kafka.BootstrapServers, simulator.Address, "--Feeds:Mode=replay");
        await UntilTopicExistsAsync(producer);

        // The broker freezes, so that the capture runs into the producer's buffers, which the kill destroys.
        using (var topic = new BronzeTopic(kafka.BootstrapServers)) topic.ReadUntil(t => t.Trades.Count > 0);
        kafka.Send(ProcessSignal.Stop);
        await Eventually.True(async () => (await simulator.GetAsync("replay")).GetProperty("state").GetString() == "finished");
        await producer.KillAndRestartAsync();
        kafka.Send(ProcessSignal.Continue);

        using var after = new BronzeTopic(kafka.BootstrapServers);
        after.ReadUntil(t => t.Distinct("BTC-USDT") == Btc);
        var repaired = (await producer.GetAsync("feeds")).GetProperty("venues").EnumerateArray().Sum(v => v.GetProperty("repairedTrades").GetInt64());
        Assert.InRange(repaired, 100, Btc);
    }

    [Fact]
    public async Task Kafka_away_makes_the_feeds_wait_and_nothing_is_lost()
    {
        await using var kafka = await LocalKafkaProcess.StartAsync();
        await using var simulator = ServiceProcess.Simulator("--Simulator:TicksPerSecond=20000");
        await using var producer = ServiceProcess.Producer(kafka.BootstrapServers, simulator.Address, "--Feeds:Mode=simulated", TwoVenues);
        await UntilTopicExistsAsync(producer);
        using var topic = new BronzeTopic(kafka.BootstrapServers);
        topic.ReadUntil(t => t.Trades.Count > 1_000);

        kafka.Send(ProcessSignal.Stop);
        await Eventually.True(async () => (await producer.GetAsync("feeds")).GetProperty("queue").GetProperty("count").GetInt32() == OutboundQueue.Capacity, TimeSpan.FromSeconds(30));
        var full = ResidentBytes(producer.Id);
        await Task.Delay(TimeSpan.FromSeconds(8));
        Assert.InRange(ResidentBytes(producer.Id), 0, full + (48L << 20));
        kafka.Send(ProcessSignal.Continue);

        var newest = topic.Trades.Max(t => t.EventTimeUs);
        topic.ReadUntil(t => t.Trades.Max(x => x.EventTimeUs) > newest + 12_000_000 && t.Trades.GroupBy(x => (x.Source, x.Symbol)).All(s => s.Max(x => x.EventTimeUs) > newest + 8_000_000), 90);
        Assert.All(topic.Trades.GroupBy(t => (t.Source, t.Symbol)), series =>
            Assert.Equal(series.Max(t => t.TradeId) - series.Min(t => t.TradeId) + 1, series.Select(t => t.TradeId).Distinct().Count()));
    }

    [Fact]
    public async Task A_broker_killed_and_started_again_loses_and_repeats_no_acknowledged_trade()
    {
        await using var kafka = await LocalKafkaProcess.StartAsync();
        await using var simulator = ServiceProcess.Simulator("--Simulator:TicksPerSecond=2000");
        await using var producer = ServiceProcess.Producer(kafka.BootstrapServers, simulator.Address, "--Feeds:Mode=simulated", TwoVenues);
        await UntilTopicExistsAsync(producer);
        using (var before = new BronzeTopic(kafka.BootstrapServers)) before.ReadUntil(t => t.Trades.Count > 1_000);

        await kafka.KillAsync();
        await Task.Delay(1_000);
        await kafka.RestartAsync();

        using var topic = new BronzeTopic(kafka.BootstrapServers);
        topic.ReadUntil(t => t.Trades.Count > 0);
        var newest = topic.Trades.Max(t => t.EventTimeUs);
        topic.ReadUntil(t => t.Trades.GroupBy(x => (x.Source, x.Symbol)).Count(s => s.Max(x => x.EventTimeUs) > newest + 5_000_000) == 10);
        foreach (var series in topic.Trades.GroupBy(t => (t.Source, t.Symbol)))
        {
            var ids = series.Select(t => t.TradeId).ToList();
            var holes = ids.Zip(ids.Skip(1)).Where(pair => pair.Second != pair.First + 1).Take(5).ToList();
            Assert.True(holes.Count == 0, $"{series.Key}: {ids.Count} trades, {ids.Distinct().Count()} distinct, breaks at {string.Join(", ", holes)}\n{producer.Output.Tail()}");
        }
    }

    [Fact]
    public async Task A_mode_that_does_not_fit_the_simulator_is_refused()
    {
        await using var kafka = await LocalKafkaProcess.StartAsync();
        await using var simulator = ServiceProcess.Simulator();
        var (exit, output) = await ChildProcess.RunAsync("dotnet",
            [typeof(ProducerHost).Assembly.Location, "--Feeds:Mode=replay", $"--ConnectionStrings:kafka={kafka.BootstrapServers}", $"--services:marketsimulator:http:0={simulator.Address}", $"--urls=http://127.0.0.1:{FreePort.Next()}"],
            TimeSpan.FromSeconds(30));

        Assert.Equal(1, exit);
        Assert.Contains("it makes a synthetic market", output);
    }

    private static Task UntilTopicExistsAsync(ServiceProcess producer) => Eventually.Passes(async () =>
        Assert.NotEmpty((await producer.GetAsync("feeds")).GetProperty("venues").EnumerateArray()), TimeSpan.FromSeconds(40));

    private static long ResidentBytes(int process) => System.Diagnostics.Process.GetProcessById(process).WorkingSet64;
}
