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
    private const int FirstPage = 1000;
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
    private TradeCursor? known;                // highest id that is in Bronze, this process's or an earlier one's
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
        this.venue = venue;
        this.policy = policy;
        this.emit = emit;
        this.status = status;
        this.clock = clock;
        this.logger = logger;
        known = recovered;
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
        if (!checking && held is null && known is { } newest && lastTradeId > newest.TradeId)
        {
            checking = true;
            _ = Task.Run(() => CheckPromiseAsync(lastTradeId, lifetime), lifetime);
        }
        gate.Release();
    }

    public async Task<TradeGap?> FillAsync(TradeGap gap, CancellationToken lifetime)
    {
        var rest = gap;
        var fetched = 0;
        try
        {
            await foreach (var trade in Backfill.ReadAsync(venue, instrument, new TradeCursor(gap.FromId - 1, gap.FromUs), gap.ToId, endsAtEmptyPage: false, lifetime))
            {
                await emit(trade, Market.UnixMicroseconds.Of(clock.GetUtcNow()), lifetime);
                rest = gap with { FromId = trade.TradeId + 1, FromUs = trade.EventTimeUs };
                fetched++;
            }
        }
        catch (Exception e) when (!lifetime.IsCancellationRequested)
        {
            LogRepairFailed(instrument.Id, "the gap stays open", e.Message);
            return rest with { Reason = e.Message };
        }
        finally
        {
            status.CountRepaired(fetched);
        }
        if (fetched < gap.Count) LogHole(instrument.Id, gap.FromId, gap.ToId, gap.Count.Value - fetched);
        return null;
    }

    private async Task CheckPromiseAsync(long lastTradeId, CancellationToken lifetime)
    {
        await Task.Delay(policy.PromiseGrace, clock, lifetime);
        await gate.WaitAsync(lifetime);
        checking = false;
        if (held is null && known is { } newest && lastTradeId > newest.TradeId)
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

    /// <summary>Emits the trade if it is the next one, or drops it as known; false when ids are missing before it.</summary>
    private async ValueTask<bool> PassAsync(VenueTrade trade, long receivedUs, CancellationToken cancellation)
    {
        if (trade.TradeId <= lastEmitted)
        {
            status.CountDuplicate();
            return true;
        }
        if (trade.TradeId > known?.TradeId + 1) return false;
        await EmitAsync(trade, receivedUs, cancellation);
        return true;
    }

    private async ValueTask EmitAsync(VenueTrade trade, long receivedUs, CancellationToken cancellation)
    {
        await emit(trade, receivedUs, cancellation);
        lastEmitted = trade.TradeId;
        if (known is not { } newest || trade.TradeId > newest.TradeId) known = TradeCursor.Of(trade);
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
        long? target = held!.Count > 0 ? held.Min(h => h.Trade.TradeId) - 1 : promised > known?.TradeId ? promised : null;
        var question = questions;
        gate.Release();
        if (target is null || question > answered)
        {
            var latest = await venue.RecentTradesAsync(instrument, 1, lifetime);
            if (latest.Count > 0 && !(target >= latest[^1].TradeId)) target = latest[^1].TradeId;
            answered = question;
        }
        if (target is not { } last) return true;

        if (known is not { } newest) return await FetchHistoryAsync(last, lifetime);

        // 2. From where? Of a long stretch only the newest part is worth holding the live trades for.
        var after = newest;
        if (last - newest.TradeId > policy.MaxHeldUp)
        {
            after = new TradeCursor(last - policy.MaxHeldUp, newest.EventTimeUs);
            status.AddGap(new TradeGap(instrument.Id, newest.TradeId + 1, after.TradeId, newest.EventTimeUs, 0, clock.GetUtcNow(), "a long absence, fetched beside the live trades"));
        }
        if (after.TradeId < last) LogRepairing(instrument.Id, after.TradeId + 1, last);
        if (!policy.FromStart && last < newest.TradeId - 1) LogWentBack(instrument.Id, last, newest.TradeId);

        // 3. Page by page.
        var fetched = 0;
        await foreach (var trade in Backfill.ReadAsync(venue, instrument, after, last, endsAtEmptyPage: false, lifetime))
        {
            // A hole in what the venue returns may be its lagging behind itself: it is asked again.
            if (trade.TradeId > after.TradeId + 1 && !acceptHoles) break;
            if (trade.TradeId > after.TradeId + 1) RecordHole(after.TradeId + 1, trade.TradeId - 1);
            await EmitAsync(trade, Market.UnixMicroseconds.Of(clock.GetUtcNow()), lifetime);
            after = TradeCursor.Of(trade);
            fetched++;
        }
        if (fetched > 0) status.CountRepaired(fetched);
        if (known.Value.TradeId >= last) return true;
        if (!acceptHoles) return false;
        RecordHole(known.Value.TradeId + 1, last);
        known = new TradeCursor(last, known.Value.EventTimeUs);
        return true;
    }

    /// <summary>Nothing is known: everything since the first trade, or a page so that charts do not begin empty.</summary>
    private async Task<bool> FetchHistoryAsync(long last, CancellationToken lifetime)
    {
        var trades = policy.FromStart
            ? Backfill.ReadAsync(venue, instrument, default, last, endsAtEmptyPage: true, lifetime)
            : (await venue.RecentTradesAsync(instrument, FirstPage, lifetime)).Where(t => t.TradeId <= last).ToAsyncEnumerable();
        var fetched = 0;
        await foreach (var trade in trades)
        {
            await EmitAsync(trade, Market.UnixMicroseconds.Of(clock.GetUtcNow()), lifetime);
            fetched++;
        }
        if (fetched > 0) status.CountRepaired(fetched);
        return true;
    }

    /// <summary>The venue itself, asked again and again, has no such trades.</summary>
    private void RecordHole(long first, long last)
    {
        LogHole(instrument.Id, first, last, last - first + 1);
        status.AddGap(new TradeGap(instrument.Id, first, last, known!.Value.EventTimeUs, 0, clock.GetUtcNow(), "the venue has no such trades"), isLost: true);
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
                status.AddGap(new TradeGap(instrument.Id, known!.Value.TradeId + 1, trade.TradeId - 1, known.Value.EventTimeUs, trade.EventTimeUs, clock.GetUtcNow(), "the venue did not answer in time"));
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

    [LoggerMessage(LogLevel.Warning, "{Instrument}: of trades {First} to {Last} the venue lacks {Missing}")]
    private partial void LogHole(string instrument, long first, long last, long missing);

    [LoggerMessage(LogLevel.Warning, "{Instrument}: the venue is at trade {Last}, but Bronze has {Known}: trades below it count as known. "
        + "Was this data directory filled by a simulator with another Simulator:TicksPerSecond?")]
    private partial void LogWentBack(string instrument, long last, long known);

    [LoggerMessage(LogLevel.Warning, "{Instrument}: missed trades cannot be fetched ({Problem}); {Outcome}")]
    private partial void LogRepairFailed(string instrument, string outcome, string problem);
}
