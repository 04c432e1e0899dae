using CryptoAspire.LocalHosting.Running;

namespace CryptoAspire.LocalHosting.Tests.Running;

public class RestartPolicyTests
{
    [Fact]
    public void Crashes_are_answered_later_and_later_up_to_half_a_minute()
    {
        var policy = new RestartPolicy();
        var delays = Enumerable.Range(0, 12).Select(_ => policy.AfterCrash(wasHealthy: true, TimeSpan.FromSeconds(1))!.Value.TotalSeconds).ToList();
        Assert.Equal([0.25, 0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30, 30], delays);
    }

    [Fact]
    public void A_good_run_begins_the_count_anew()
    {
        var policy = new RestartPolicy();
        for (var i = 0; i < 5; i++)
        {
            policy.AfterCrash(wasHealthy: true, TimeSpan.FromSeconds(1));
        }

        Assert.Equal(TimeSpan.FromMilliseconds(250), policy.AfterCrash(wasHealthy: true, TimeSpan.FromSeconds(31)));
    }

    [Fact]
    public void What_never_became_healthy_is_given_up_after_five_attempts()
    {
        var policy = new RestartPolicy();
        Assert.Equal([true, true, true, true, false], Enumerable.Range(0, 5).Select(_ => policy.AfterCrash(wasHealthy: false, TimeSpan.FromSeconds(1)) is not null));
    }
}
