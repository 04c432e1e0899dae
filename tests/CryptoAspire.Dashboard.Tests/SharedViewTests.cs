using CryptoAspire.Dashboard.Cold;

namespace CryptoAspire.Dashboard.Tests;

public sealed class SharedViewTests
{
    private int _readings;

    [Fact]
    public async Task However_many_ask_the_database_is_asked_once()
    {
        var view = Shared(TimeSpan.FromHours(1));
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => view.ReadAsync()));
        Assert.All(answers, a => Assert.Same(answers[0], a));
        Assert.Equal(1, _readings);
        Assert.Same(answers[0], view.Latest);
    }

    [Fact]
    public async Task After_the_period_it_is_read_again()
    {
        var view = Shared(TimeSpan.Zero);
        Assert.NotSame(await view.ReadAsync(), await view.ReadAsync());
        Assert.Equal(2, _readings);
    }

    [Fact]
    public async Task A_failed_reading_leaves_the_last_figures_and_is_not_tried_again_at_once()
    {
        var failing = false;
        var view = new SharedView<string>(TimeProvider.System, TimeSpan.FromMilliseconds(1), _ => failing ? throw new TimeoutException() : Task.FromResult("figures"));
        await view.ReadAsync();
        failing = true;
        await Task.Delay(20);
        await Assert.ThrowsAsync<TimeoutException>(view.ReadAsync);
        Assert.Equal("figures", view.Latest);

        var slow = new SharedView<string>(TimeProvider.System, TimeSpan.FromHours(1), _ =>
        {
            _readings++;
            throw new TimeoutException();
        });
        await Assert.ThrowsAsync<TimeoutException>(slow.ReadAsync);
        await Assert.ThrowsAsync<TimeoutException>(slow.ReadAsync);
        Assert.Equal(1, _readings);
    }

    private SharedView<string> Shared(TimeSpan period) => new(TimeProvider.System, period, async _ =>
    {
        Interlocked.Increment(ref _readings);
        await Task.Yield();
        return new string('x', 3);
    });
}
