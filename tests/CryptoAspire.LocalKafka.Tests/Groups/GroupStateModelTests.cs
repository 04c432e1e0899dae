using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.LocalKafka.Tests.Groups;

public class GroupStateModelTests
{
    private static readonly Arbitrary<(int Action, int Who, int Amount)[]> s_lives =
        Arb.From(Gen.Choose(0, 11).SelectMany(action => Gen.Choose(0, 5).SelectMany(who => Gen.Choose(0, 30_000).Select(amount => (action, who, amount))))
            .ArrayOf(), Shorter);

    /// <summary>A failing life is cut down to the steps that matter.</summary>
    private static IEnumerable<(int, int, int)[]> Shorter((int, int, int)[] life)
    {
        for (var cut = life.Length / 2; cut > 0; cut /= 2)
            for (var start = 0; start + cut <= life.Length; start += cut)
                yield return [.. life[..start], .. life[(start + cut)..]];
    }

    [Fact]
    public void Any_life_of_a_group_keeps_its_promises()
    {
        var (joins, syncs, generations) = (0, 0, 0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(300), Prop.ForAll(s_lives, life =>
        {
            var model = new GroupModel();
            foreach (var (action, who, amount) in life)
                model.Step(action, who, amount);
            model.RunDry();
            joins += model.AnsweredJoins;
            syncs += model.AnsweredSyncs;
            generations += model.CompletedGenerations;
        }));

        // The lives were worth living: much of the machine was reached.
        Assert.True(joins > 10_000, $"{joins} joins");
        Assert.True(syncs > 5_000, $"{syncs} syncs");
        Assert.True(generations > 500, $"{generations} generations");
    }
}
