using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Kafka;
using CryptoAspire.Producer.Venues;
using Microsoft.Extensions.Logging.Abstractions;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.Feeds;

public sealed class BackfillTests
{
    [Theory]
    [InlineData(1, 35)]
    [InlineData(10, 10)]
    [InlineData(11, 30)]
    [InlineData(30, 99)]
    public async Task Pages_are_joined_without_hole_or_repetition(long first, long last)
    {
        var venue = new TestVenue { PageSize = 10 }.Traded(Enumerable.Range(1, 50).Select(i => (long)i));

        var ids = await IdsAsync(venue, first, last);

        Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i).Where(id => id >= first && id <= last), ids);
    }

    [Fact]
    public async Task A_hole_longer_than_a_page_is_stepped_over()
    {
        var venue = new TestVenue { PageSize = 10 }.Traded(1, 2, 77, 78);

        Assert.Equal([1, 2, 77, 78], await IdsAsync(venue, 1, 78));
    }

    [Theory]
    [InlineData(100, 78, 2)]
    [InlineData(100, 77, 1)]
    [InlineData(7, 78, 13)]
    public async Task A_venue_that_is_asked_span_by_span_is_asked_on_through_quiet_times(long spanUs, long until, int atMost)
    {
        var venue = new TestVenue { SpanUs = spanUs }.Traded(1, 2, 77, 78, 2400);
        var ids = new List<long>();
        await foreach (var trade in Backfill.ReadAsync(venue, TestVenue.Btc, new TradeCursor(0, TestVenue.Trade(0).EventTimeUs), TestVenue.Trade(until).EventTimeUs, CancellationToken.None)) ids.Add(trade.TradeId);

        Assert.Equal(new long[] { 1, 2, 77, 78 }.Where(id => id <= until), ids);
        Assert.InRange(venue.Requests, 1, atMost);
    }

    [Fact]
    public async Task A_gap_that_live_trades_have_passed_is_closed_in_the_background()
    {
        var clock = new JumpingClock();
        var status = new FeedStatus("binance", "binance", clock);
        var queue = new OutboundQueue();
        var venue = new TestVenue { Failures = 1 }.Traded(Enumerable.Range(1, 50).Select(i => (long)i));
        using var stopping = new CancellationTokenSource();
        status.AddGap(new TradeGap("BTCUSDT", 5, 24, 0, 0, clock.GetUtcNow(), "test"));
        status.AddGap(new TradeGap("BTCUSDT", 100, 100 + RepairPolicy.LongestGap, 0, 0, clock.GetUtcNow(), "test"));

        var sink = new FeedSink(queue, status);
        var trades = new TradeSequencer(TestVenue.Btc, venue, null, RepairPolicy.For(FeedMode.Live), (trade, us, c) => sink.TradeAsync(TestVenue.Btc, trade, us, c), status, clock, NullLogger.Instance);
        var running = new GapCloser(status, clock).RunAsync(_ => trades, stopping.Token);
        await Eventually.True(() =>
        {
            clock.Jump();
            return status.OpenGaps.Count == 0;
        });
        await stopping.CancelAsync();
        await running;

        Assert.Equal(20, queue.Count);
        Assert.Equal(20, status.RepairedTrades);
        Assert.Equal((100, "more than 1000000 trades are not fetched"), (status.LostGaps.Single().FromId, status.LostGaps.Single().Reason));
    }

    [Fact]
    public async Task Of_a_gap_that_an_earlier_producer_left_what_the_venue_has_passes_and_what_it_has_not_is_lost()
    {
        var clock = TimeProvider.System;
        var status = new FeedStatus("binance", "binance", clock);
        var passed = new List<long>();
        var trades = new TradeSequencer(TestVenue.Btc, new TestVenue().Traded(1, 2, 5, 6, 9, 30), new TradeCursor(29, 0), RepairPolicy.For(FeedMode.Live), (trade, _, _) =>
        {
            passed.Add(trade.TradeId);
            return ValueTask.CompletedTask;
        }, status, clock, NullLogger.Instance);
        var opened = clock.GetUtcNow().AddMinutes(-1);

        Assert.Null(await trades.FillAsync(new TradeGap("BTCUSDT", 2, 12, 0, 0, opened, "test"), default));
        Assert.Equal([2, 5, 6, 9], passed);
        Assert.Equal([(3, 4), (7, 8), (10, 12)], status.LostGaps.Select(g => (g.FromId, g.ToId)));
        Assert.All(status.LostGaps, g => Assert.Equal(opened, g.Since));

        // One that has just been opened may be the venue's lagging behind itself.
        var rest = await trades.FillAsync(new TradeGap("BTCUSDT", 2, 12, 0, 0, clock.GetUtcNow(), "test"), default);
        Assert.Equal((3, 12, 3), (rest!.FromId, rest.ToId, status.LostGaps.Count));
    }

    [Theory]
    [InlineData(1, 1_000_000, 0, 0, null)]
    [InlineData(1, 1_000_001, 0, 0, "more than 1000000 trades")]
    [InlineData(0, 0, 1, 86_400_000_001, null)]
    [InlineData(0, 0, 1, 86_400_000_002, "more than 24 hours")]
    [InlineData(0, 0, 0, 5, "when it began")]
    public void A_gap_that_is_too_long_to_fetch_or_has_no_beginning_is_not_fetched(long fromId, long toId, long fromUs, long toUs, string? reason)
    {
        var why = RepairPolicy.WhyNotToFetch(new TradeGap("BTCUSDT", fromId, toId, fromUs, toUs, DateTimeOffset.UnixEpoch, "test"));

        if (reason is null) Assert.Null(why);
        else Assert.Contains(reason, why);
    }

    private static async Task<List<long>> IdsAsync(TestVenue venue, long first, long last)
    {
        var ids = new List<long>();
        await foreach (var trade in Backfill.ReadAsync(venue, TestVenue.Btc, new TradeCursor(first - 1, 0), last, endsAtEmptyPage: false, CancellationToken.None)) ids.Add(trade.TradeId);
        return ids;
    }

    /// <summary>Timers fire when the test says so.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private readonly List<Timer> timers = [];

        public void Jump()
        {
            foreach (var timer in timers.ToArray()) timer.Fire();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(callback, state);
            timers.Add(timer);
            return timer;
        }

        private sealed class Timer(TimerCallback callback, object? state) : ITimer
        {
            public void Fire() => callback(state);

            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
