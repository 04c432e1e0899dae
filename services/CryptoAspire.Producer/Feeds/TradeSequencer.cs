using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Puts one instrument's trades into the order of their ids: passes each once, and when ids jump holds the live trades back until the missing ones have been
/// fetched from the venue. Other instruments are not touched. Trade ids are contiguous at the venues that use this.
/// </summary>
internal sealed partial class TradeSequencer
{
    public delegate ValueTask Emit(VenueTrade trade, long receivedUs, CancellationToken cancellation);

    private const int HoleRetries = 3;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200), LongestRetry = TimeSpan.FromSeconds(5);

    private readonly VenueInstrument instrument;
    private readonly IVenue venue;
    private readonly RepairPolicy policy;
    private readonly Emit emit;
    private readonly FeedStatus status;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly SemaphoreSlim gate = new(1, 1);

    // Guarded by the gate, except that the one repair that runs owns lastEmitted and known while trades are held.
    private long? lastEmitted;                 // highest id passed by this process
    private long? known;                       // highest id that is in Bronze, this process's or an earlier one's
    private long promised;                     // newest id that a heartbeat told of
    private List<(VenueTrade Trade, long ReceivedUs)>? held;   // null: trades pass
    private TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool repairing;
    private long questions, answered;          // reconciliations asked for, and those that the venue's newest trade has answered

    /// <param name="recoveredId">Highest trade id of the instrument that an earlier run left in Bronze, if any.</param>
    public TradeSequencer(VenueInstrument instrument, IVenue venue, long? recoveredId, RepairPolicy policy, Emit emit, FeedStatus status, TimeProvider clock, ILogger logger)
    {
        this.instrument = instrument;
        this.venue = venue;
        this.policy = policy;
        this.emit = emit;
        this.status = status;
        this.clock = clock;
        this.logger = logger;
        known = recoveredId;
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

    /// <summary>The venue says what its newest trade is; a heartbeat follows the trades it counts, so a higher id than ours is a loss.</summary>
    public async ValueTask PromiseAsync(long lastTradeId, CancellationToken lifetime)
    {
        await gate.WaitAsync(lifetime);
        promised = Math.Max(promised, lastTradeId);
        if (held is null && known is { } newest && lastTradeId > newest)
        {
            LogBehind(instrument.Id, newest, lastTradeId);
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

    /// <summary>Emits the trade if it is the next one, or drops it as known; false when ids are missing before it.</summary>
    private async ValueTask<bool> PassAsync(VenueTrade trade, long receivedUs, CancellationToken cancellation)
    {
        if (trade.TradeId <= lastEmitted)
        {
            status.CountDuplicate();
            return true;
        }
        if (trade.TradeId > known + 1) return false;
        await EmitAsync(trade, receivedUs, cancellation);
        return true;
    }

    private async ValueTask EmitAsync(VenueTrade trade, long receivedUs, CancellationToken cancellation)
    {
        await emit(trade, receivedUs, cancellation);
        lastEmitted = trade.TradeId;
        known = Math.Max(known ?? 0, trade.TradeId);
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

    /// <summary>
    /// Fetches and emits everything from the newest known trade up to the first held one, or the venue's newest.
    /// False if the venue did not return all of it, which <paramref name="acceptHoles"/> takes as proof that there are no such trades.
    /// </summary>
    private async Task<bool> FetchMissingAsync(bool acceptHoles, CancellationToken lifetime)
    {
        // 1. How far?
        await gate.WaitAsync(lifetime);
        long? target = held!.Count > 0 ? held.Min(h => h.Trade.TradeId) - 1 : promised > known ? promised : null;
        var question = questions;
        gate.Release();
        if (target is null || question > answered)
        {
            var latest = await venue.LatestTradeIdAsync(instrument, lifetime);
            target = latest > target || target is null ? latest : target;
            answered = question;
        }
        if (target is not { } last) return true;

        // 2. From where? Of a long stretch only the newest part is worth holding the live trades for.
        var first = known + 1 ?? (policy.FromStart ? 1 : Math.Max(1, last - venue.PageSize + 1));
        if (known is not null && last - first >= policy.MaxHeldUp)
        {
            status.AddGap(new TradeGap(instrument.Id, first, last - policy.MaxHeldUp, clock.GetUtcNow()));
            first = last - policy.MaxHeldUp + 1;
        }
        if (known is not null && first <= last) LogRepairing(instrument.Id, first, last);
        if (!policy.FromStart && known is { } newest && last < newest - 1) LogWentBack(instrument.Id, last, newest);

        // 3. Page by page. Of the very first page nobody knows where it begins.
        var fetched = 0;
        await foreach (var trade in Backfill.ReadAsync(venue, instrument, first, last, endsAtEmptyPage: known is null, lifetime))
        {
            await EmitAsync(trade, Market.UnixMicroseconds.Of(clock.GetUtcNow()), lifetime);
            fetched++;
        }
        if (fetched > 0) status.CountRepaired(fetched);
        if (known is null || known >= last) return true;
        if (!acceptHoles) return false;
        LogHole(instrument.Id, known.Value + 1, last);
        known = last;
        return true;
    }

    /// <summary>Emits the held trades; false when a further hole stands among them or a new connection wants to know again what it missed.</summary>
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
                status.AddGap(new TradeGap(instrument.Id, known!.Value + 1, trade.TradeId - 1, clock.GetUtcNow()));
                await EmitAsync(trade, receivedUs, lifetime);
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

    [LoggerMessage(LogLevel.Information, "{Instrument}: fetching missed trades {First} to {Last}")]
    private partial void LogRepairing(string instrument, long first, long last);

    [LoggerMessage(LogLevel.Warning, "{Instrument}: the venue has no trades {First} to {Last}")]
    private partial void LogHole(string instrument, long first, long last);

    [LoggerMessage(LogLevel.Warning, "{Instrument}: the venue is at trade {Last}, but Bronze has {Known}: trades below it count as known. "
        + "Was this data directory filled by a simulator with another Simulator:TicksPerSecond?")]
    private partial void LogWentBack(string instrument, long last, long known);

    [LoggerMessage(LogLevel.Warning, "{Instrument}: missed trades cannot be fetched ({Problem}); {Outcome}")]
    private partial void LogRepairFailed(string instrument, string outcome, string problem);
}
