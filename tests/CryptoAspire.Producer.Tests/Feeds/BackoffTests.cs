using CryptoAspire.Producer.Feeds;

namespace CryptoAspire.Producer.Tests.Feeds;

public sealed class BackoffTests
{
    [Fact]
    public void Waits_are_spread_over_a_range_that_doubles_up_to_the_cap()
    {
        var random = new Random(1);
        var longest = new double[12];
        for (var run = 0; run < 500; run++)
        {
            var backoff = new Backoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), random);
            for (var i = 0; i < longest.Length; i++) longest[i] = Math.Max(longest[i], backoff.Next().TotalMilliseconds);
        }

        for (var i = 0; i < longest.Length; i++)
        {
            var ceiling = Math.Min(5_000, 100 * Math.Pow(2, i));
            Assert.InRange(longest[i], 0.95 * ceiling, ceiling);
        }
    }

    [Fact]
    public void A_thousand_failures_do_not_overflow()
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
        Assert.All(Enumerable.Range(0, 1_000), _ => Assert.InRange(backoff.Next(), TimeSpan.Zero, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void After_success_it_begins_small_again()
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
        for (var i = 0; i < 20; i++) backoff.Next();
        backoff.Reset();
        Assert.InRange(backoff.Next(), TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }
}
