using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Tests.Log;
using CryptoAspire.Testing;
using Xunit.Abstractions;

namespace CryptoAspire.LocalKafka.Tests.Durability;

/// <summary>
/// Real clients and a broker with --flush always on a file system that forgets what was not synced. LOCALKAFKA_POWER_CUTS sets the
/// rounds (tests/chaos/localkafka-powercut.sh: 100), LOCALKAFKA_POWER_CUT_SEED the moments and what survives.
/// </summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("LOCALKAFKA_POWER_CUTS"), out var rounds) ? rounds : 8;

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("LOCALKAFKA_POWER_CUT_SEED"), out var seed) ? seed : Environment.TickCount;

    [Fact]
    public async Task Power_cuts_under_load_lose_nothing_acknowledged_and_double_nothing()
    {
        var seed = Seed;
        var random = new Random(seed);
        var options = new BrokerOptions { Port = FreePort.Next(), Data = "/data", Flush = FlushMode.Always };
        var files = new PowerCutFileSystem();
        var broker = await BrokerHost.StartAsync(options, files);
        try
        {
            // Little, because all of it is in memory, twice.
            await using var load = new DurabilityLoad(broker.BootstrapServers, recordsPerPause: 20);
            await load.StartAsync();
            for (var round = 1; round <= Rounds; round++)
            {
                if (random.Next(5) > 0) await load.GoOnAsync();
                await Task.Delay(random.Next(0, 1_000));

                // In the middle of some write or sync, or between two.
                if (random.Next(2) == 0) files.CutAfter(random.Next(1, 20));
                if (random.Next(2) == 0) await Task.Delay(random.Next(30));
                files = files.Cut(random);
                await broker.AbortAsync();
                if (random.Next(3) == 0) await Task.Delay(random.Next(0, 1_500));
                broker = await BrokerHost.StartAsync(options, files);
                output.WriteLine($"cut {round}: {load.Acknowledged:N0} acknowledged, {load.CommittedTransactions:N0} transactions; {broker.Recovery} (seed {seed})");
            }

            await load.GoOnAsync();
            await load.FinishAndCheckAsync();
            output.WriteLine($"{Rounds} power cuts: {load.Acknowledged:N0} acknowledged records and {load.CommittedTransactions:N0} transactions, none lost, none doubled.");
        }
        finally
        {
            await broker.DisposeAsync();
        }
    }
}
