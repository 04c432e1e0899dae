using System.Diagnostics;
using System.Globalization;
using CryptoAspire.Testing;
using Xunit.Abstractions;

namespace CryptoAspire.Producer.Tests.EndToEnd;

/// <summary>
/// Two producers for the same venues (one of which is killed now and then) while the exchanges misbehave in every way at random.
/// <c>CRYPTO_ASPIRE_SOAK_MINUTES</c> (default a third of one) sets the length; <c>tests/chaos/feeds-soak.sh</c> runs it for 30.
/// </summary>
public sealed class FeedsSoakTests(ITestOutputHelper output)
{
    private static readonly string? Given = Environment.GetEnvironmentVariable("CRYPTO_ASPIRE_SOAK_MINUTES");
    private static readonly double Minutes = Given is null ? 1 / 3.0 : double.Parse(Given, CultureInfo.InvariantCulture);
    private static readonly int Seed = Environment.GetEnvironmentVariable("CRYPTO_ASPIRE_SOAK_SEED") is { } seed ? int.Parse(seed, CultureInfo.InvariantCulture) : Random.Shared.Next();

    private readonly Stopwatch clock = Stopwatch.StartNew();

    [Fact]
    public async Task Under_random_faults_Silver_ends_complete_and_unique()
    {
        var random = new Random(Seed);
        await using var system = await FeedsSystem.StartAsync(ticksPerSecond: 200);
        var steady = system.StartProducer();
        var mortal = system.StartProducer();
        await Eventually.Passes(async () => Assert.Equal(10, (await system.SilverAsync()).Count), TimeSpan.FromSeconds(120));
        // What the venues traded in the ten minutes before is asked for too, and must end as complete as the rest.
        await system.ExecuteAsync(
            """
            insert into history_request (source, symbol, what, from_time, next_time, to_time, reason, requested_by)
            select s, y, 'trades', now() - interval '10 minutes', now() - interval '10 minutes', now(), 'asked for', 'soak' from (values ('binance-sim', 'BTC-USDT'), ('coinbase-sim', 'BTC-USD')) v (s, y)
            """);
        Say($"two producers, ten series, {Minutes:0.#} minutes of faults, seed {Seed}");

        // 1. Faults at random, a kill now and then, memory all the while.
        var memory = new List<(double Minutes, double Bytes)>();
        var (length, nextReport, nextKill) = (TimeSpan.FromMinutes(Minutes), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(Math.Min(3, Minutes / 2)));
        var faults = Stopwatch.StartNew();
        while (faults.Elapsed < length)
        {
            await FaultAsync(system, random);
            await Task.Delay(TimeSpan.FromSeconds(1 + 5 * random.NextDouble()));
            memory.Add((faults.Elapsed.TotalMinutes, Process.GetProcessById(steady.Id).WorkingSet64));
            if (faults.Elapsed > nextKill)
            {
                nextKill += TimeSpan.FromMinutes(3);
                await mortal.KillAndRestartAsync();
                await system.ExecuteAsync("update history_request set touched_at = now() - interval '1 hour' where state = 'running'"); // its lease is over
                Say("one producer killed with -9 and started again");
            }
            if (faults.Elapsed > nextReport)
            {
                nextReport += TimeSpan.FromMinutes(1);
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
        foreach (var producer in system.Producers) Say((await producer.GetAsync("feeds")).GetRawText());

        // 3. Memory: the slope over all but the first third.
        var settled = memory.Where(m => m.Minutes > Minutes / 3).ToList();
        var (slope, mean) = (Slope(settled), settled.Average(m => m.Bytes));
        Say($"memory of the producer that lived through it all: mean {mean / (1 << 20):0.0} MiB, slope {100 * 10 * slope / mean:+0.00;-0.00} %/10 min");
        if (Minutes >= 20) Assert.True(10 * slope / mean < 0.01, "memory grows");
    }

    private async Task FaultAsync(FeedsSystem system, Random random)
    {
        string[] kinds = ["drop", "drop", "halfopen", "stall", "duplicate", "reorder", "gap", "gap", "garbage", "ratelimit", "unavailable", "zipbomb", "clockskew", "cut"];
        var kind = kinds[random.Next(kinds.Length)];
        var venue = random.Next(3) switch { 0 => "*", 1 => "coinbase", _ => "binance" };
        var seconds = Math.Round(1 + (kind == "zipbomb" ? 2 : 9) * random.NextDouble(), 1);
        var share = Math.Round(0.01 + 0.3 * random.NextDouble() * random.NextDouble(), 3);
        await system.FaultAsync(kind, venue, seconds, share, offset: Math.Round(20 * random.NextDouble() - 10, 1));
    }

    private async Task ReportAsync(FeedsSystem system, List<(double Minutes, double Bytes)> memory)
    {
        var venues = (await system.Producers[0].GetAsync("feeds")).GetProperty("venues").EnumerateArray().ToList();
        var state = string.Join("; ", venues.Select(v => $"{v.GetProperty("venue").GetString()} {v.GetProperty("state").GetString()}, {v.GetProperty("trades")} trades, " +
            $"{v.GetProperty("reconnects")} reconnects, {v.GetProperty("rotations")} rotations, {v.GetProperty("repairedTrades")} repaired, {v.GetProperty("rejected")} rejected, {v.GetProperty("openGaps").GetArrayLength()} gaps open"));
        Say($"{memory[^1].Bytes / (1 << 20):0.0} MiB; {state}");
    }

    private void Say(string line)
    {
        var text = $"{clock.Elapsed:hh\\:mm\\:ss}  {line}";
        output.WriteLine(text);
        if (Given is not null) Console.WriteLine(text);
    }

    /// <summary>Bytes a minute, by least squares.</summary>
    private static double Slope(List<(double X, double Y)> points)
    {
        var (mx, my) = (points.Average(p => p.X), points.Average(p => p.Y));
        return points.Sum(p => (p.X - mx) * (p.Y - my)) / points.Sum(p => (p.X - mx) * (p.X - mx));
    }
}
