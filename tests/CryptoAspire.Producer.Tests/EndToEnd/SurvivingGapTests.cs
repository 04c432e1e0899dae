using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.EndToEnd;

/// <summary>What a producer knows to be missing outlives it.</summary>
public sealed class SurvivingGapTests
{
    [Fact]
    public async Task A_gap_that_a_killed_producer_left_open_is_filled_by_the_next()
    {
        await using var system = await FeedsSystem.StartAsync(ticksPerSecond: 200);
        var producer = system.StartProducer("--Feeds:RepairPatience=00:00:01");
        await Eventually.Passes(async () => Assert.Equal(10, (await system.SilverAsync()).Count), TimeSpan.FromSeconds(120));

        // 1. Messages are lost while nothing can be fetched: live trades pass after a while, and their gap stays open.
        await system.FaultAsync("unavailable", seconds: 600);
        await system.FaultAsync("gap", seconds: 3, share: 0.5);
        await Eventually.Passes(async () => Assert.NotEqual(0, await system.GapsAsync("open")), TimeSpan.FromSeconds(60));
        await Eventually.Passes(async () => Assert.Contains(await system.SilverAsync(), s => !s.IsCompleteAndUnique));

        await Task.Delay(TimeSpan.FromSeconds(3));   // of every series that has one

        // 2. The producer dies with it; Bronze ends with trades of after the gap.
        await producer.KillAndRestartAsync();
        await system.NoFaultsAsync();

        // 3. The next one finds the row, and Silver what was missing.
        await Eventually.Passes(async () =>
        {
            Assert.Equal((0, 0), (await system.GapsAsync("open"), await system.GapsAsync("lost")));
            Assert.All(await system.SilverAsync(), s => Assert.True(s.IsCompleteAndUnique, s.ToString()));
        }, TimeSpan.FromSeconds(90));
        Assert.NotEqual(0, await system.GapsAsync("filled"));
        Assert.Contains(producer.Output.Lines, line => line.Contains("that a producer left open are taken over", StringComparison.Ordinal));
    }
}
