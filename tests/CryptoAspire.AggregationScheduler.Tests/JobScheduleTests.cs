using CryptoAspire.Scheduling;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.AggregationScheduler.Tests;

public class JobScheduleTests
{
    [Theory]
    [InlineData("every 10s", "2025-03-30T00:59:55Z", "2025-03-30T01:00:00Z")]
    [InlineData("every 10s", "2025-03-30T01:00:00Z", "2025-03-30T01:00:10Z")]
    [InlineData("every  1h  at  5m", "2025-03-30T01:05:00Z", "2025-03-30T02:05:00Z")]
    [InlineData("every 1d at 2h30m", "2025-03-29T03:00:00Z", "2025-03-30T02:30:00Z")]
    [InlineData("every 1h30m", "1970-01-01T00:00:01Z", "1970-01-01T01:30:00Z")]
    [InlineData("every 1h at 5m", "1969-12-31T23:30:00Z", "1970-01-01T00:05:00Z")]
    [InlineData("30 2 * * *", "2025-03-29T03:00:00Z", "2025-03-30T02:30:00Z")]
    [InlineData("0 3 * * 0", "2025-03-29T03:00:00Z", "2025-03-30T03:00:00Z")]
    [InlineData("5 * * * * ?", "2025-03-30T00:59:06Z", "2025-03-30T01:00:05Z")]
    [InlineData("0 0/15 * * * ?", "2025-10-26T00:46:00+02:00", "2025-10-25T23:00:00Z")]
    public void The_next_firing_is_reckoned_in_utc(string text, string after, string next) =>
        Assert.Equal(DateTimeOffset.Parse(next), JobSchedule.Parse(text).Next(DateTimeOffset.Parse(after)));

    [Fact]
    public void A_periodic_schedule_fires_once_a_period_at_its_offset()
    {
        var law =
            from period in Gen.Choose(1, 200_000)
            from offset in Gen.Choose(0, period - 1)
            from second in Gen.Choose(-1_000_000_000, 2_000_000_000)
            select (Period: period, Offset: offset, Time: DateTimeOffset.FromUnixTimeMilliseconds(second * 1000L + 250));
        Prop.ForAll(law.ToArbitrary(), c =>
        {
            var schedule = JobSchedule.Parse($"every {c.Period}s at {c.Offset}s");
            var next = schedule.Next(c.Time)!.Value;
            return next > c.Time
                && next - c.Time <= TimeSpan.FromSeconds(c.Period)
                && (next.ToUnixTimeSeconds() - c.Offset) % c.Period == 0
                && schedule.Next(next) == next.AddSeconds(c.Period);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("")]
    [InlineData("every")]
    [InlineData("every 0s")]
    [InlineData("every 10")]
    [InlineData("every s")]
    [InlineData("every -10s")]
    [InlineData("every 10s at")]
    [InlineData("every 10s at 10s")]
    [InlineData("every 10s at noon")]
    [InlineData("sometimes")]
    [InlineData("* * * *")]
    [InlineData("61 * * * *")]
    [InlineData("0 0 25 * * ?")]
    public void Other_text_is_refused_with_what_to_write(string text)
    {
        Assert.False(JobSchedule.TryParse(text, out _, out var mistake));
        Assert.Contains("every 10s", mistake);
        Assert.Contains("* * * *", mistake);
    }
}
