using System.Diagnostics;
using System.Globalization;
using CryptoAspire.Testing;
using Xunit.Abstractions;

namespace CryptoAspire.Producer.Tests.EndToEnd;

/// <summary>
/// Two producers for the same venues (one of which is killed now and then) while the exchanges misbehave in every way at random and Kafka goes away.
/// <c>CRYPTO_ASPIRE_SOAK_MINUTES</c> (default a third of one) sets the length; <c>tests/chaos/feeds-soak.sh</c> runs it for 30.
/// </summary>
public sealed class FeedsSoakTests(ITestOutputHelper output)
{
    private static readonly string? Given = Environment.GetEnvironmentVariable("CRYPTO_ASPIRE_SOAK_MINUTES");
    private static readonly double Minutes = Given is null ? 1 / 3.0 : double.Parse(Given, CultureInfo.InvariantCulture);
    private static readonly int Seed = Environment.GetEnvironmentVariable("CRYPTO_ASPIRE_SOAK_SEED") is { } seed ? int.Parse(seed, CultureInfo.InvariantCulture) : Random.Shared.Next();

    // Every part of the run once in the warm-up, Kafka's absence included: what grows after that grows for ever.
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(Minutes), WarmUp = Length / 3;
    private static readonly TimeSpan KafkaAway = Min(TimeSpan.FromSeconds(60), Length / 6), KafkaEvery = Min(TimeSpan.FromMinutes(8), Length);
    private static readonly TimeSpan KillEvery = Min(TimeSpan.FromMinutes(3), Length / 2), LookEvery = Min(TimeSpan.FromMinutes(1.5), Length / 3);

    private readonly Stopwatch clock = Stopwatch.StartNew();

    [Fact]
    public async Task Under_random_faults_Silver_ends_complete_and_unique()
    {
        var random = new Random(Seed);
        await using var system = await FeedsSystem.StartAsync(ticksPerSecond: 200);
        var steady = system.StartProducer("--Diagnostics:Memory=true");
        var mortal = system.StartProducer();
        await Eventually.Passes(async () => Assert.Equal(10, (await system.SilverAsync()).Count), TimeSpan.FromSeconds(120));
        // What the venues traded in the ten minutes before is asked for too, and must end as complete as the rest.
        await system.ExecuteAsync(
            """
            insert into history_request (source, symbol, what, from_time, next_time, to_time, reason, requested_by)
            select s, y, 'trades', now() - interval '10 minutes', now() - interval '10 minutes', now(), 'asked for', 'soak' from (values ('binance-sim', 'BTC-USDT'), ('coinbase-sim', 'BTC-USD')) v (s, y)
            """);
        Say($"two producers, ten series, {Minutes:0.#} minutes of faults, seed {Seed}, process {steady.Id} lives through them all");

        // 1. Faults at random, a kill and an absence of Kafka now and then, memory all the while.
        var memory = new MemoryLog();
        var (nextLook, nextKill, nextKafka, absences) = (LookEvery, KillEvery, Length / 8, 0);
        var faults = Stopwatch.StartNew();
        while (faults.Elapsed < Length)
        {
            await FaultAsync(system, random);
            await Task.Delay(TimeSpan.FromSeconds(1 + 5 * random.NextDouble()));
            if (faults.Elapsed > nextKill)
            {
                nextKill += KillEvery;
                await mortal.KillAndRestartAsync();
                await system.ExecuteAsync("update history_request set touched_at = now() - interval '1 hour' where state = 'running'"); // its lease is over
                Say("one producer killed with -9 and started again");
            }
            if (faults.Elapsed > nextKafka)
            {
                nextKafka += KafkaEvery;
                await TakeKafkaAwayAsync(system, steady.Id, frozen: absences++ % 2 == 0);
            }
            if (faults.Elapsed > nextLook)
            {
                nextLook += LookEvery;
                await CalmAsync(system, steady);
                memory.Add(faults.Elapsed, await steady.PostAsync("memory"), steady.Id);
                await ReportAsync(system, memory);
            }
        }

        // 2. Quiet: whatever the market has made by now must be in Silver, once, and be what the market made.
        await system.NoFaultsAsync();
        Say($"no more faults; injected: {(await system.FaultsAsync()).GetProperty("injected")}");
        var target = (await system.SilverAsync()).ToDictionary(s => (s.Source, s.Symbol), s => s.Last);
        await Eventually.Passes(async () =>
        {
            var series = await system.SilverAsync();
            Assert.All(series, s => Assert.True(s.IsCompleteAndUnique && s.Last > target[(s.Source, s.Symbol)], s.ToString()));
            Assert.Equal(["done", "done"], await system.HistoryStatesAsync());
        }, TimeSpan.FromMinutes(4));
        Say("complete");
        foreach (var series in await system.SilverAsync()) Say($"  {series.Source,-14} {series.Symbol,-10} {series.Rows,8} rows, {series.Trades,8} distinct trades, ids {series.First} to {series.Last}: no hole");
        Say($"{await system.CompareWithMarketAsync()} trades compared with the market that made them: all equal");
        var (rows, moments) = await system.TickersAsync();
        Assert.True(rows == moments && rows > 0, $"{rows} tickers of {moments} moments");
        Say($"{rows} tickers, none twice, although two producers told them");
        foreach (var producer in system.Producers) await Eventually.Passes(async () => Say((await producer.GetAsync("feeds")).GetRawText())); // one may still be starting

        // 3. Memory of the producer that lived through it all.
        var heap = Growth(memory, "heap after a full collection", s => s.Heap);
        var resident = Growth(memory, "resident after a full collection", s => s.Resident);
        Growth(memory, "its anonymous part", s => s.Anonymous);
        Growth(memory, "resident before the collection", s => s.AsItRan);
        if (Minutes >= 20) Assert.True(heap < 1 && resident < 1, "memory grows");
    }

    /// <summary>For a while no record is taken: frozen with its sockets open, or killed and started again.</summary>
    private async Task TakeKafkaAwayAsync(FeedsSystem system, int process, bool frozen)
    {
        long Resident() => Process.GetProcessById(process).WorkingSet64;
        var (before, most, away) = (Resident(), 0L, Stopwatch.StartNew());
        if (frozen) system.Kafka.Send(ProcessSignal.Stop);
        else await system.Kafka.KillAsync();
        while (away.Elapsed < KafkaAway)
        {
            await Task.Delay(TimeSpan.FromSeconds(0.5));
            most = Math.Max(most, Resident());
        }
        if (frozen) system.Kafka.Send(ProcessSignal.Continue);
        else await system.Kafka.RestartAsync();
        Say($"Kafka was {(frozen ? "frozen" : "killed")} for {away.Elapsed.TotalSeconds:0} s: resident {before / MemoryLog.Megabyte:0.0} MiB before, at most {most / MemoryLog.Megabyte:0.0} meanwhile");
    }

    /// <summary>Memory is compared in like states: connected, nothing waiting, no fault.</summary>
    private static async Task CalmAsync(FeedsSystem system, ServiceProcess producer)
    {
        await system.NoFaultsAsync();
        await Eventually.Passes(async () =>
        {
            var feeds = await producer.GetAsync("feeds");
            Assert.InRange(feeds.GetProperty("queue").GetProperty("count").GetInt32() + feeds.GetProperty("kafka").GetProperty("inFlight").GetInt32(), 0, 200);
            Assert.All(feeds.GetProperty("venues").EnumerateArray(), v => Assert.Equal(("connected", 0), (v.GetProperty("state").GetString(), v.GetProperty("openGaps").GetArrayLength())));
        }, TimeSpan.FromMinutes(2));
        // A request that a fault hit takes ten seconds at most, and up to eight megabytes.
        await Task.Delay(Min(TimeSpan.FromSeconds(11), Length / 20));
    }

    private double Growth(MemoryLog memory, string what, Func<MemoryLog.Sample, double> read)
    {
        var (samples, mean, percent) = memory.Growth(read, WarmUp.TotalMinutes);
        Say($"{what}, {samples} samples after a warm-up of {WarmUp.TotalMinutes:0.#} min: mean {mean / MemoryLog.Megabyte:0.00} MiB, growth {percent:+0.00;-0.00} % of what is resident in 10 min");
        return percent;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private async Task FaultAsync(FeedsSystem system, Random random)
    {
        string[] kinds = ["drop", "drop", "halfopen", "stall", "duplicate", "reorder", "gap", "gap", "garbage", "ratelimit", "unavailable", "zipbomb", "clockskew", "cut"];
        var kind = kinds[random.Next(kinds.Length)];
        var venue = random.Next(3) switch { 0 => "*", 1 => "coinbase", _ => "binance" };
        var seconds = Math.Round(1 + (kind == "zipbomb" ? 2 : 9) * random.NextDouble(), 1);
        var share = Math.Round(0.01 + 0.3 * random.NextDouble() * random.NextDouble(), 3);
        await system.FaultAsync(kind, venue, seconds, share, offset: Math.Round(20 * random.NextDouble() - 10, 1));
    }

    private async Task ReportAsync(FeedsSystem system, MemoryLog memory)
    {
        var venues = (await system.Producers[0].GetAsync("feeds")).GetProperty("venues").EnumerateArray().ToList();
        var state = string.Join("; ", venues.Select(v => $"{v.GetProperty("venue").GetString()} {v.GetProperty("state").GetString()}, {v.GetProperty("trades")} trades, " +
            $"{v.GetProperty("reconnects")} reconnects, {v.GetProperty("rotations")} rotations, {v.GetProperty("repairedTrades")} repaired, {v.GetProperty("rejected")} rejected, {v.GetProperty("openGaps").GetArrayLength()} gaps open"));
        Say($"{memory.Last}; {state}");
    }

    private void Say(string line)
    {
        var text = $"{clock.Elapsed:hh\\:mm\\:ss}  {line}";
        output.WriteLine(text);
        if (Given is not null) Console.WriteLine(text);
    }
}
