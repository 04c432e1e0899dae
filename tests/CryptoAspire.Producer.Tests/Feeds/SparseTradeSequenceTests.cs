using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoAspire.Producer.Tests.Feeds;

public sealed class SparseTradeSequenceTests : IDisposable
{
    private readonly CancellationTokenSource lifetime = new();
    private readonly FeedStatus status = new("gemini", "gemini", TimeProvider.System);
    private readonly List<long> passed = [];

    public void Dispose() => lifetime.Cancel();

    [Fact]
    public async Task Ids_may_jump_and_go_back_and_every_trade_passes_once()
    {
        var sequence = Sequence(new TestVenue());

        foreach (var id in new long[] { 10, 700, 30, 700, 10, 5_000 }) await AcceptAsync(sequence, id);

        Assert.Equal([10, 700, 30, 5_000], passed);
        Assert.Equal(2, status.Duplicates);
        Assert.Empty(status.OpenGaps);
    }

    [Fact]
    public async Task After_a_reconnect_what_was_missed_is_asked_for_by_time()
    {
        var venue = new TestVenue { ByTime = true }.Traded(10, 700, 30_000, 40_000, 50_000);
        var sequence = Sequence(venue);
        foreach (var id in new long[] { 10, 700 }) await AcceptAsync(sequence, id);

        await sequence.HoldAsync(lifetime.Token);
        await AcceptAsync(sequence, 50_000);   // the snapshot of the new connection
        await sequence.ReconcileAsync(lifetime.Token);

        await Eventually.True(() => passed.Count == 5);
        Assert.Equal([10, 700, 30_000, 40_000, 50_000], passed.Order());
    }

    [Fact]
    public async Task What_an_earlier_run_left_in_Bronze_does_not_pass_again()
    {
        var sequence = Sequence(new TestVenue(), recovered: TradeCursor.Of(TestVenue.Trade(5_000_000)));

        foreach (var id in new long[] { 1_000_000, 5_000_000, 5_000_001 }) await AcceptAsync(sequence, id);

        Assert.Equal([5_000_001], passed);
    }

    [Fact]
    public async Task A_span_that_cannot_be_fetched_is_an_open_gap_and_is_filled_later()
    {
        var venue = new TestVenue { ByTime = true, Failures = int.MaxValue }.Traded(10, 700, 30_000);
        var sequence = Sequence(venue, policy: new RepairPolicy(FromStart: false, TimeSpan.FromMilliseconds(100)));
        await AcceptAsync(sequence, 10);

        await sequence.HoldAsync(lifetime.Token);
        await sequence.ReconcileAsync(lifetime.Token);
        await Eventually.True(() => status.OpenGaps.Count == 1);
        var gap = status.OpenGaps.Single();
        Assert.Equal((null, TestVenue.Trade(10).EventTimeUs), (gap.Count, gap.FromUs));
        Assert.Equal("503", gap.Reason);

        venue.Failures = 0;
        Assert.Null(await sequence.FillAsync(gap, lifetime.Token));
        Assert.Equal([10, 700, 30_000], passed.Order());
    }

    [Fact]
    public async Task A_gap_of_an_earlier_run_is_filled_although_Bronze_has_newer_trades()
    {
        var sequence = Sequence(new TestVenue { ByTime = true }.Traded(10, 700, 30_000), recovered: TradeCursor.Of(TestVenue.Trade(5_000_000)));

        Assert.Null(await sequence.FillAsync(new TradeGap("BTCUSDT", 0, 0, TestVenue.Trade(10).EventTimeUs, TestVenue.Trade(30_000).EventTimeUs, TimeProvider.System.GetUtcNow(), "test"), lifetime.Token));

        Assert.Equal([700, 30_000], passed);
    }

    private SparseTradeSequence Sequence(TestVenue venue, TradeCursor? recovered = null, RepairPolicy? policy = null) =>
        new(TestVenue.Btc, venue, recovered, policy ?? RepairPolicy.For(FeedMode.Live), (trade, _, _) =>
        {
            lock (passed) passed.Add(trade.TradeId);
            return ValueTask.CompletedTask;
        }, status, TimeProvider.System, NullLogger.Instance);

    private ValueTask AcceptAsync(SparseTradeSequence sequence, long id) => sequence.AcceptAsync(TestVenue.Trade(id), 0, lifetime.Token, lifetime.Token);
}
