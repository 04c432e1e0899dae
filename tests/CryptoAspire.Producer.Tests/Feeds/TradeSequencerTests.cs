using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Testing;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoAspire.Producer.Tests.Feeds;

public sealed class TradeSequencerTests : IDisposable
{
    private readonly CancellationTokenSource lifetime = new();
    private readonly FeedStatus status = new("binance", "binance", TimeProvider.System);
    private readonly List<long> passed = [];

    public void Dispose() => lifetime.Cancel();

    [Fact]
    public async Task Trades_without_a_hole_pass_at_once_and_in_order()
    {
        var sequencer = Sequencer(new TestVenue());

        await AcceptAsync(sequencer, 5, 6, 7);

        Assert.Equal([5, 6, 7], passed);
    }

    [Fact]
    public async Task A_hole_is_filled_from_the_venue_before_the_trade_that_showed_it_passes()
    {
        var venue = new TestVenue().Traded(Ids(1, 60));
        var sequencer = Sequencer(venue);

        await AcceptAsync(sequencer, 5, 50, 51);

        await Eventually.True(() => passed.Count == 47);
        Assert.Equal(Ids(5, 51), passed);
        Assert.Equal(44, status.RepairedTrades);
        Assert.Empty(status.OpenGaps);
    }

    [Fact]
    public async Task What_an_earlier_run_left_in_Bronze_is_where_the_first_hole_begins()
    {
        var sequencer = Sequencer(new TestVenue().Traded(Ids(1, 60)), recovered: 20);

        await AcceptAsync(sequencer, 30);

        await Eventually.True(() => passed.Count == 10);
        Assert.Equal(Ids(21, 30), passed);
    }

    [Fact]
    public async Task A_reconnect_finds_the_trades_missed_meanwhile_even_if_no_further_trade_comes()
    {
        var venue = new TestVenue().Traded(Ids(1, 9));
        var sequencer = Sequencer(venue, recovered: 4);

        await sequencer.HoldAsync(lifetime.Token);
        await sequencer.ReconcileAsync(lifetime.Token);

        await Eventually.True(() => passed.Count == 5);
        Assert.Equal(Ids(5, 9), passed);
    }

    [Fact]
    public async Task A_heartbeat_that_knows_a_newer_trade_starts_the_repair()
    {
        var sequencer = Sequencer(new TestVenue().Traded(Ids(1, 9)));

        await AcceptAsync(sequencer, 5);
        await sequencer.PromiseAsync(9, lifetime.Token);

        await Eventually.True(() => passed.Count == 5);
        Assert.Equal(Ids(5, 9), passed);
    }

    [Fact]
    public async Task Trades_that_come_again_after_a_reconnect_are_dropped()
    {
        var sequencer = Sequencer(new TestVenue());

        await AcceptAsync(sequencer, 5, 6, 7, 5, 6, 7, 8);

        Assert.Equal(Ids(5, 8), passed);
        Assert.Equal(3, status.Duplicates);
    }

    [Fact]
    public async Task A_replay_that_begins_again_passes_once_more_for_who_reads_it_live()
    {
        var sequencer = Sequencer(new TestVenue(), recovered: 100, RepairPolicy.For(FeedMode.Replay));

        await AcceptAsync(sequencer, 1, 2, 3);

        Assert.Equal([1, 2, 3], passed);
    }

    [Fact]
    public async Task With_nothing_known_a_replay_is_fetched_from_its_first_trade()
    {
        var sequencer = Sequencer(new TestVenue().Traded(Ids(1_001, 1_040)), policy: RepairPolicy.For(FeedMode.Replay));

        await sequencer.ReconcileAsync(lifetime.Token);
        await AcceptAsync(sequencer, 1_041);

        await Eventually.True(() => passed.Count == 41);
        Assert.Equal(Ids(1_001, 1_041), passed);
    }

    [Fact]
    public async Task With_nothing_known_a_live_feed_begins_with_one_page_of_history()
    {
        var sequencer = Sequencer(new TestVenue { PageSize = 10 }.Traded(Ids(1_001, 1_040)));

        await sequencer.ReconcileAsync(lifetime.Token);
        await AcceptAsync(sequencer, 1_041);

        await Eventually.True(() => passed.Count == 11);
        Assert.Equal(Ids(1_031, 1_041), passed);
    }

    [Fact]
    public async Task Held_trades_in_any_order_come_out_sorted_and_once()
    {
        var answer = new TaskCompletionSource();
        var sequencer = Sequencer(new TestVenue { Gate = answer.Task }.Traded(Ids(1, 30)));

        await AcceptAsync(sequencer, 5, 20, 22, 21, 20, 23);
        Assert.Equal([5], passed);
        answer.SetResult();

        await Eventually.True(() => passed.Count == 19);
        Assert.Equal(Ids(5, 23), passed);
    }

    [Fact]
    public async Task A_second_hole_among_the_held_trades_is_filled_too()
    {
        var answer = new TaskCompletionSource();
        var sequencer = Sequencer(new TestVenue { Gate = answer.Task }.Traded(Ids(1, 50)));

        await AcceptAsync(sequencer, 5, 20, 40);
        answer.SetResult();

        await Eventually.True(() => passed.Count == 36);
        Assert.Equal(Ids(5, 40), passed);
    }

    [Fact]
    public async Task The_venue_may_fail_a_few_times()
    {
        var sequencer = Sequencer(new TestVenue { Failures = 3 }.Traded(Ids(1, 30)));

        await AcceptAsync(sequencer, 5, 20);

        await Eventually.True(() => passed.Count == 16);
        Assert.Equal(Ids(5, 20), passed);
    }

    [Fact]
    public async Task When_patience_ends_live_trades_pass_and_the_gap_is_recorded()
    {
        var sequencer = Sequencer(new TestVenue { Failures = int.MaxValue }, policy: new RepairPolicy(FromStart: false, TimeSpan.FromMilliseconds(300)));

        await AcceptAsync(sequencer, 5, 20, 21);

        await Eventually.True(() => passed.Count == 3);
        Assert.Equal([5, 20, 21], passed);
        Assert.Equal((6, 19), (Assert.Single(status.OpenGaps).FromId, status.OpenGaps[0].ToId));
        await AcceptAsync(sequencer, 22);
        Assert.Equal(22, passed[^1]);
    }

    [Fact]
    public async Task Of_a_long_absence_the_newest_part_is_fetched_first_and_the_rest_is_an_open_gap()
    {
        var sequencer = Sequencer(new TestVenue().Traded(Ids(1, 1_000)), recovered: 10, new RepairPolicy(FromStart: false, TimeSpan.FromSeconds(30)) { MaxHeldUp = 50 });

        await AcceptAsync(sequencer, 1_001);

        await Eventually.True(() => passed.Count == 51);
        Assert.Equal(Ids(951, 1_001), passed);
        Assert.Equal((11, 950), (Assert.Single(status.OpenGaps).FromId, status.OpenGaps[0].ToId));
    }

    [Fact]
    public async Task Ids_that_the_venue_itself_has_not_do_not_stop_the_feed()
    {
        var sequencer = Sequencer(new TestVenue().Traded(1, 2, 3, 9, 10));

        await AcceptAsync(sequencer, 3, 11);

        await Eventually.True(() => passed.Count == 4, TimeSpan.FromSeconds(10));
        Assert.Equal([3, 9, 10, 11], passed);
        Assert.Equal((4, 8, "the venue has no such trades"), (Assert.Single(status.LostGaps).FromId, status.LostGaps[0].ToId, status.LostGaps[0].Reason));
        Assert.Empty(status.OpenGaps);
    }

    [Fact]
    public async Task More_than_can_be_held_makes_the_socket_wait_and_loses_nothing()
    {
        var answer = new TaskCompletionSource();
        var sequencer = Sequencer(new TestVenue { Gate = answer.Task }.Traded(Ids(1, 30)), policy: RepairPolicy.For(FeedMode.Live) with { HoldLimit = 3 });

        await AcceptAsync(sequencer, 5, 20, 21, 22);
        var fifth = AcceptAsync(sequencer, 23);
        await Task.Delay(50);
        Assert.False(fifth.IsCompleted);
        answer.SetResult();
        await fifth;

        Assert.Equal(Ids(5, 23), passed);
    }

    // Whatever a socket loses, repeats or swaps, as long as the venue still knows its trades, all pass, once and in order.
    [Fact]
    public void Any_loss_repetition_or_disorder_ends_in_the_complete_series()
    {
        var streams = from length in Gen.Choose(1, 60)
                      from deliveries in Gen.ListOf(Gen.Choose(1, length))
                      select (Length: length, Delivered: deliveries.ToList());

        Prop.ForAll(streams.ToArbitrary(), stream =>
        {
            passed.Clear();
            var sequencer = Sequencer(new TestVenue().Traded(Ids(1, stream.Length)), policy: RepairPolicy.For(FeedMode.Replay));
            return CompletesAsync().GetAwaiter().GetResult();

            async Task<bool> CompletesAsync()
            {
                await sequencer.HoldAsync(lifetime.Token);
                foreach (var id in stream.Delivered) await AcceptAsync(sequencer, id);
                await sequencer.ReconcileAsync(lifetime.Token);
                await Eventually.True(() => passed.Count >= stream.Length);
                return passed.SequenceEqual(Ids(1, stream.Length));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    private TradeSequencer Sequencer(TestVenue venue, long? recovered = null, RepairPolicy? policy = null) =>
        new(TestVenue.Btc, venue, recovered is { } id ? new TradeCursor(id, 0) : null, policy ?? RepairPolicy.For(FeedMode.Live) with { PromiseGrace = TimeSpan.FromMilliseconds(50) }, (trade, _, _) =>
        {
            lock (passed) passed.Add(trade.TradeId);
            return ValueTask.CompletedTask;
        }, status, TimeProvider.System, NullLogger.Instance);

    private async Task AcceptAsync(TradeSequencer sequencer, params IEnumerable<long> ids)
    {
        foreach (var id in ids) await sequencer.AcceptAsync(TestVenue.Trade(id), 0, lifetime.Token, lifetime.Token);
    }

    private static IEnumerable<long> Ids(long first, long last) => Enumerable.Range(0, (int)(last - first + 1)).Select(i => first + i);
}
