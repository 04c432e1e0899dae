using CryptoAspire.Testing;
using Xunit.Abstractions;

namespace CryptoAspire.LocalKafka.Tests.Durability;

/// <summary>A real broker process, real clients, SIGKILL at random moments. LOCALKAFKA_KILLS sets the rounds (tests/chaos/localkafka-kill9.sh: 100).</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("LOCALKAFKA_KILLS"), out var rounds) ? rounds : 5;

    [Theory]
    [InlineData("interval")]
    [InlineData("always")]
    public async Task Kill_9_under_load_loses_nothing_acknowledged_and_doubles_nothing(string flush)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await using var broker = await LocalKafkaProcess.StartAsync(["--flush", flush]);
        await using var load = new DurabilityLoad(broker.BootstrapServers);
        await load.StartAsync();
        for (var round = 1; round <= Rounds; round++)
        {
            // Most kills hit a broker at work, some one that its clients are still looking for.
            if (random.Next(5) > 0) await load.GoOnAsync();
            await Task.Delay(random.Next(0, 1_000));
            await broker.KillAsync();
            if (random.Next(3) == 0) await Task.Delay(random.Next(0, 1_500));
            await broker.RestartAsync();
            output.WriteLine($"kill {round}: {load.Acknowledged:N0} acknowledged, {load.CommittedTransactions:N0} transactions (seed {seed})");
        }

        await load.GoOnAsync();
        await load.FinishAndCheckAsync();
        output.WriteLine($"{Rounds} kills with --flush {flush}: {load.Acknowledged:N0} acknowledged records and {load.CommittedTransactions:N0} transactions, none lost, none doubled.");
    }
}
