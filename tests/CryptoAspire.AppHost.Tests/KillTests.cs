using System.Globalization;
using CryptoAspire.Testing;
using Xunit.Abstractions;

namespace CryptoAspire.AppHost.Tests;

/// <summary>
/// kill -9 of each process in turn during a replay. <c>CRYPTO_ASPIRE_KILL_ROUNDS</c> (default 1) repeats the whole series in one replay and
/// <c>CRYPTO_ASPIRE_REPLAY_SPEED</c> sets its pace: tests/chaos/pipeline-kill9.sh.
/// </summary>
public class KillTests(ITestOutputHelper output)
{
    private const int TapeSeconds = 346;

    // Those that the data passes through come first; the others can be killed after the last trade as well.
    private static readonly string[] Path = ["marketsimulator", "producer", "streamprocessor", "kafka", "postgres"];
    private static readonly string[] Beside = ["aggregationscheduler", "api", "dashboard"];

    [SharedDataFact(Captures.Bitcoin, Captures.Ether, Captures.BitcoinCandles, Captures.EtherCandles)]
    public async Task System_recovers_by_itself_from_kill_9_of_each_process_in_turn_and_nothing_is_lost_or_doubled()
    {
        var rounds = Setting("CRYPTO_ASPIRE_KILL_ROUNDS", 1);
        var speed = Setting("CRYPTO_ASPIRE_REPLAY_SPEED", 8);
        // Killing the simulator begins the tape anew, so each step may take a whole tape.
        var patience = TimeSpan.FromSeconds((TapeSeconds / speed) + 120);
        await using var system = await RunningSystem.ReplayAsync(speed.ToString(CultureInfo.InvariantCulture));

        var victims = Enumerable.Range(0, rounds).SelectMany(_ => Path).ToList();
        var killed = new List<Task<(string Name, int Id)>>();
        for (var i = 0; i < victims.Count; i++)
        {
            // The series is spread over the first two thirds of the tape, by what has arrived in Silver.
            var rows = await system.SilverReachesAsync((i + 1L) * Captures.TradeCount * 2 / 3 / (victims.Count + 1), patience);
            Assert.True(rows < Captures.TradeCount, $"the replay was over before {victims[i]} could be killed: replay more slowly");
            await Kill(victims[i]);
            if (i % Path.Length < Beside.Length)
                _ = Kill(Beside[i % Path.Length]); // as soon as it is healthy: the tape does not wait for that

            Task Kill(string name)
            {
                killed.Add(KillAsync(name));
                return killed[^1];
            }

            async Task<(string Name, int Id)> KillAsync(string name)
            {
                var id = await system.KillAsync(name);
                output.WriteLine($"killed {name}, last seen with {rows} of {Captures.TradeCount} trades in Silver");
                return (name, id);
            }
        }

        foreach (var (name, id) in await Task.WhenAll(killed))
            await system.HealthyAsync(name, otherThan: id);
        await system.SilverReachesAsync(Captures.TradeCount, patience);
        await system.AllHealthyAsync();
        await Verdict.EverythingIsRightAsync(system);
    }

    private static int Setting(string name, int usual) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;
}
