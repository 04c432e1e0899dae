using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.Market.Tests;

public class FeedProgressTests
{
    [Fact]
    public void An_id_is_taken_once_in_whatever_order_ids_come() => Prop.ForAll(Gen.Choose(0, 60).ArrayOf().ToArbitrary(), ids =>
    {
        var progress = new FeedProgress();
        var taken = new HashSet<long>();
        foreach (var id in ids)
        {
            if (progress.TryTake(id, out _) != taken.Add(id))
                return false;
        }

        // What is missing is exactly what was not taken below the newest.
        return Enumerable.Range(0, 61).All(id => progress.Missing.Contains(id) == (id <= progress.LastTradeId && !taken.Contains(id)))
            && progress.Missing.Ranges.Zip(progress.Missing.Ranges.Skip(1)).All(pair => pair.First.Last + 1 < pair.Second.First);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_jump_is_a_gap_but_the_first_id_is_not()
    {
        var progress = new FeedProgress();

        Assert.True(progress.TryTake(100, out var first));
        Assert.True(progress.TryTake(104, out var jump));
        Assert.True(progress.TryTake(50, out var history));

        Assert.Equal((null, (101L, 103L), null), (first, jump!.Value, history));
        Assert.Equal([(0, 49), (51, 99), (101, 103)], progress.Missing.Ranges);
        Assert.Equal(100, progress.FirstTradeId);
    }

    [Fact]
    public void A_hole_must_be_above_the_others()
    {
        var missing = new MissingIds([(5, 9)]);

        Assert.Throws<ArgumentException>(() => missing.Append(9, 12));
        Assert.Throws<ArgumentException>(() => missing.Append(12, 11));
    }
}
