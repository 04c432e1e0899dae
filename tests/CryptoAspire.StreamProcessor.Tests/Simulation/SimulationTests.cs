using System.Globalization;

namespace CryptoAspire.StreamProcessor.Tests.Simulation;

public class SimulationTests
{
    private static readonly int Seeds = int.Parse(Environment.GetEnvironmentVariable("SILVER_SEEDS") ?? "10000", CultureInfo.InvariantCulture);
    private static readonly int First = int.Parse(Environment.GetEnvironmentVariable("SILVER_FIRST_SEED") ?? "0", CultureInfo.InvariantCulture);

    [Fact]
    public void Whatever_dies_freezes_or_is_cut_off_the_invariants_hold() =>
        Parallel.For(First, First + Seeds, static seed => SilverSimulation.Run(seed));

    [Theory]
    [InlineData(Mutation.NoFence)]
    [InlineData(Mutation.NotAllFences)]
    [InlineData(Mutation.FeedsNotForgotten)]
    [InlineData(Mutation.RowsOutsideTheTransaction)]
    [InlineData(Mutation.NoFeedRevision)]
    [InlineData(Mutation.CandlesOutsideTheTransaction)]
    public void A_planted_bug_is_found(Mutation bug)
    {
        var broken = Enumerable.Range(0, 2_000).Select(seed => Record.Exception(() => SilverSimulation.Run(seed, bug))).First(static failure => failure is not null);
        Assert.IsType<InvariantException>(broken);
    }

    [Fact]
    public void A_seed_is_repeatable()
    {
        static string? Outcome(int seed) => Record.Exception(() => SilverSimulation.Run(seed, Mutation.NoFence))?.Message;
        var seed = Enumerable.Range(0, 2_000).First(static seed => Outcome(seed) is not null);
        Assert.Equal(Outcome(seed), Outcome(seed));
    }
}
