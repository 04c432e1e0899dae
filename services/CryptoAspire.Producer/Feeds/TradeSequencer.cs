using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Puts one instrument's trades into the order of their ids: passes each once, and when ids jump holds the live trades back until the missing ones have been
/// fetched from the venue. Other instruments are not touched. Trade ids are contiguous at the venues that use this.
/// </summary>
internal sealed partial class TradeSequencer : ITradeSequence
{
    public delegate ValueTask Emit(VenueTrade trade, long receivedUs, CancellationToken cancellation);

    private const int HoleRetries = 3;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200), LongestRetry = TimeSpan.FromSeconds(5);

    private readonly VenueInstrument instrument;
    private readonly RepairPolicy policy;
    private readonly FeedStatus status;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly TradePassage passage;
    private readonly MissingTrades missing;
    private readonly SemaphoreSlim gate = new(1, 1);

    // Guarded by the gate, except that the one repair that runs owns the passage while trades are held.
    private long promised;                     // newest id that the venue told of
    private bool checking;                     // a promise waits for its trades
    private List<(VenueTrade Trade, long ReceivedUs)>? held;   // null: trades pass
    private TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool repairing;
    private long questions, answered;          // reconciliations asked for, and those that the venue's newest trade has answered

    /// <param name="recovered">Newest trade of the instrument that an earlier run left in Bronze, if any.</param>
    public TradeSequencer(VenueInstrument instrument, IVenue venue, TradeCursor? recovered, RepairPolicy policy, Emit emit, FeedStatus status, TimeProvider clock, ILogger logger)
    {
        this.instrument = instrument;
        this.policy = policy;
        this.status = status;
        this.clock = clock;
        this.logger = logger;
        passage = new TradePassage(emit, recovered);
        missing = new MissingTrades(instrument, venue, passage, policy, status, clock, logger);
    }

    /// <summary>A connection opens: until it is known what was missed, trades are held.</summary>
    public async ValueTask HoldAsync(CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        if (held is null) StartHolding();
        gate.Release();
    }

    /// <summary>The subscription flows: asks the venue for its newest trade, and fetches what lies between; with nothing known, a first page.</summary>
    /// <param name="lifetime">Of the feed, not of the connection: a repair goes on when the socket breaks again.</param>
    public async ValueTask ReconcileAsync(CancellationToken lifetime)
    {
        await gate.WaitAsync(lifetime);
        if (held is null) StartHolding();
        questions++;
        StartRepair(lifetime);
        gate.Release();
    }

    public async ValueTask AcceptAsync(VenueTrade trade, long receivedUs, CancellationToken connection, CancellationToken lifetime)
    {
        while (true)
        {
            Task room;
            await gate.WaitAsync(connection);
            try
            {
                if (held is null)
                {
                    if (await PassAsync(trade, receivedUs, connection)) return;
                    StartHolding();
                }
                StartRepair(lifetime);
                if (held!.Count < policy.HoldLimit)
                {
                    held.Add((trade, receivedUs));
                    return;
                }
                room = released.Task;
            }
            finally
            {
                gate.Release();
            }
            await room.WaitAsync(connection);
        }
    }

    /// <summary>
    /// A heartbeat, an aggregate or a candle tells of trades that may still be on their way, on another channel: only if they have not come in a moment they
    /// are lost.
    /// </summary>
    public async ValueTask PromiseAsync(long lastTradeId, CancellationToken lifetime)
    {
        if (lastTradeId <= Volatile.Read(ref promised)) return;
        await gate.WaitAsync(lifetime);
        Volatile.Write(ref promised, Math.Max(promised, lastTradeId));
        if (!checking && held is null && passage.Newest is { } newest && lastTradeId > newest.TradeId)
        {
            checking = true;
            _ = Task.Run(() => CheckPromiseAsync(lastTradeId, lifetime), lifetime);
        }
        gate.Release();
    }

    public Task<TradeGap?> FillAsync(TradeGap gap, CancellationToken lifetime) => missing.FillAsync(gap, lifetime);

    private async Task CheckPromiseAsync(long lastTradeId, CancellationToken lifetime)
    {
        await Task.Delay(policy.PromiseGrace, clock, lifetime);
        await gate.WaitAsync(lifetime);
        checking = false;
        if (held is null && passage.Newest is { } newest && lastTradeId > newest.TradeId)
        {
            LogBehind(instrument.Id, newest.TradeId, promised);
            StartHolding();
            StartRepair(lifetime);
        }
        gate.Release();
    }

    private void StartHolding()
    {
        held = [];
        released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void StartRepair(CancellationToken lifetime)
    {
        if (repairing) return;
        repairing = true;
        _ = Task.Run(() => RepairAsync(lifetime), lifetime);
    }

    /// <summary>Passes the trade if it is the next one, or drops it as known; false when ids are missing before it.</summary>
    private async ValueTask<bool> PassAsync(VenueTrade trade, long receivedUs, CancellationToken cancellation)
    {
        if (passage.HasPassed(trade))
        {
            status.CountDuplicate();
            return true;
        }
        if (passage.IsBehindHole(trade)) return false;
        await passage.PassAsync(trade, receivedUs, cancellation);
        return true;
    }

    private async Task RepairAsync(CancellationToken lifetime)
    {
        long? failingSince = null;
        var backoff = new Backoff(FirstRetry, LongestRetry);
        var (giveUp, incomplete) = (false, 0);
        while (true)
        {
            try
            {
                var complete = giveUp || await FetchMissingAsync(acceptHoles: incomplete >= HoleRetries, lifetime);
                failingSince = null;
                if (complete && await ReleaseAsync(giveUp, lifetime)) return;
                if (complete) continue;
                incomplete++;   // REST can lag behind the socket: what it does not show yet may come
            }
            catch (OperationCanceledException) when (lifetime.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was, trades are being held: the loop must go on until they are released.
                // Only the venue's failing counts: time spent waiting for room in our own queue is no reason to let a gap pass.
                failingSince ??= clock.GetTimestamp();
                giveUp = policy.Patience != Timeout.InfiniteTimeSpan && clock.GetElapsedTime(failingSince.Value) > policy.Patience;
                LogRepairFailed(instrument.Id, giveUp ? "live trades pass, the gap stays open" : "will try again", e.Message);
            }
            if (!giveUp) await Task.Delay(backoff.Next(), clock, lifetime).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Fetches up to the first held trade, or the venue's newest; false if the venue did not return all of it.</summary>
    private async Task<bool> FetchMissingAsync(bool acceptHoles, CancellationToken lifetime)
    {
        await gate.WaitAsync(lifetime);
        long? target = held!.Count > 0 ? held.Min(h => h.Trade.TradeId) - 1 : promised > passage.Newest?.TradeId ? promised : null;
        var question = questions;
        gate.Release();
        if (target is null || question > answered)
        {
            if (await missing.NewestIdAsync(lifetime) is { } latest && !(target >= latest)) target = latest;
            answered = question;
        }
        return target is not { } last || await missing.PassUpToAsync(last, acceptHoles, lifetime);
    }

    /// <summary>Passes the held trades; false when a further hole stands among them or a new connection wants to know again what it missed.</summary>
    private async Task<bool> ReleaseAsync(bool withGap, CancellationToken lifetime)
    {
        await gate.WaitAsync(lifetime);
        try
        {
            held!.Sort(static (a, b) => a.Trade.TradeId.CompareTo(b.Trade.TradeId));
            for (var i = 0; i < held.Count; i++)
            {
                var (trade, receivedUs) = held[i];
                if (await PassAsync(trade, receivedUs, lifetime)) continue;
                if (!withGap)
                {
                    held.RemoveRange(0, i);
                    return false;
                }
                var newest = passage.Newest!.Value;
                status.AddGap(new TradeGap(instrument.Id, newest.TradeId + 1, trade.TradeId - 1, newest.EventTimeUs, trade.EventTimeUs, clock.GetUtcNow(), "the venue did not answer in time"));
                await status.RecordedAsync(lifetime);
                await passage.PassAsync(trade, receivedUs, lifetime);
            }
            held.Clear();
            if (questions > answered && !withGap) return false;
            (held, repairing, answered) = (null, false, questions);
            released.TrySetResult();
            return true;
        }
        finally
        {
            gate.Release();
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Instrument}: the venue is at trade {Promised}, we have {Known}")]
    private partial void LogBehind(string instrument, long known, long promised);

    [LoggerMessage(LogLevel.Warning, "{Instrument}: missed trades cannot be fetched ({Problem}); {Outcome}")]
    private partial void LogRepairFailed(string instrument, string outcome, string problem);
}
