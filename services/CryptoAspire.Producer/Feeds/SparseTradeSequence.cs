using CryptoAspire.Market;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Trades of a venue whose ids prove nothing: each passes at once unless its id was seen lately; after a reconnect everything since the newest trade before it
/// is asked for again by time, and what is new of that passes too. Silver drops what a restart repeats.
/// </summary>
internal sealed partial class SparseTradeSequence(
    VenueInstrument instrument, IVenue venue, TradeCursor? recovered, RepairPolicy policy, TradeSequencer.Emit emit, FeedStatus status, TimeProvider clock, ILogger logger) : ITradeSequence
{
    private const int Remembered = 16_384;
    private const long OverlapUs = 1_000_000;   // trades of one moment may have been printed in any order
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200), LongestRetry = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly HashSet<long> seen = [];
    private readonly Queue<long> order = new();
    private readonly TradeCursor? earlier = recovered;
    private TradeCursor? newest = recovered, resume = recovered;
    private bool repairing;

    public async ValueTask HoldAsync(CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        // An earlier interruption that is not repaired yet began before this one.
        if (!repairing) resume = newest;
        gate.Release();
    }

    public async ValueTask ReconcileAsync(CancellationToken lifetime)
    {
        await gate.WaitAsync(lifetime);
        var start = !repairing;
        repairing = true;
        gate.Release();
        if (start) _ = Task.Run(() => RepairAsync(lifetime), lifetime);
    }

    public async ValueTask AcceptAsync(VenueTrade trade, long receivedUs, CancellationToken connection, CancellationToken lifetime)
    {
        await gate.WaitAsync(connection);
        try
        {
            await PassAsync(trade, receivedUs, connection);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Ids are not counted, so nothing follows from one.</summary>
    public ValueTask PromiseAsync(long lastTradeId, CancellationToken lifetime) => ValueTask.CompletedTask;

    public async Task<TradeGap?> FillAsync(TradeGap gap, CancellationToken lifetime)
    {
        var fetched = await FetchAsync(new TradeCursor(0, gap.FromUs), gap.ToUs, lifetime, isGap: true);
        LogFilled(instrument.Id, fetched);
        return null;
    }

    /// <summary>True when it was new. What an earlier run has passed is known by its time, unless it is of a gap that that run left.</summary>
    private async ValueTask<bool> PassAsync(VenueTrade trade, long receivedUs, CancellationToken cancellation, bool isGap = false)
    {
        if ((!isGap && (trade.EventTimeUs < earlier?.EventTimeUs - OverlapUs || trade.TradeId == earlier?.TradeId)) || !seen.Add(trade.TradeId))
        {
            status.CountDuplicate();
            return false;
        }
        order.Enqueue(trade.TradeId);
        if (order.Count > Remembered) seen.Remove(order.Dequeue());
        await emit(trade, receivedUs, cancellation);
        if (newest is not { } last || trade.EventTimeUs >= last.EventTimeUs) newest = TradeCursor.Of(trade);
        return true;
    }

    private async Task RepairAsync(CancellationToken lifetime)
    {
        var started = clock.GetTimestamp();
        var backoff = new Backoff(FirstRetry, LongestRetry);
        while (true)
        {
            try
            {
                var from = resume;
                var fetched = from is { } known
                    ? await FetchAsync(known with { EventTimeUs = known.EventTimeUs - OverlapUs }, long.MaxValue, lifetime)
                    : await PassAllAsync(await venue.RecentTradesAsync(instrument, 1000, lifetime), lifetime);
                if (fetched > 0) LogFilled(instrument.Id, fetched);
                if (await FinishAsync(from, lifetime)) return;
            }
            catch (OperationCanceledException) when (lifetime.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(instrument.Id, e.Message);
                if (clock.GetElapsedTime(started) > policy.Patience && policy.Patience != Timeout.InfiniteTimeSpan)
                {
                    status.AddGap(new TradeGap(instrument.Id, 0, 0, resume?.EventTimeUs ?? 0, UnixMicroseconds.Of(clock.GetUtcNow()), clock.GetUtcNow(), e.Message));
                    if (await FinishAsync(resume, lifetime)) return;
                }
            }
            await Task.Delay(backoff.Next(), clock, lifetime).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>False when a further interruption has begun meanwhile.</summary>
    private async Task<bool> FinishAsync(TradeCursor? from, CancellationToken lifetime)
    {
        await gate.WaitAsync(lifetime);
        repairing = resume != from;
        var done = !repairing;
        gate.Release();
        return done;
    }

    private async Task<int> FetchAsync(TradeCursor after, long untilUs, CancellationToken lifetime, bool isGap = false)
    {
        var fetched = 0;
        await foreach (var trade in Backfill.ReadAsync(venue, instrument, after, untilUs, lifetime)) fetched += await PassAllAsync([trade], lifetime, isGap);
        return fetched;
    }

    private async Task<int> PassAllAsync(IReadOnlyList<VenueTrade> trades, CancellationToken lifetime, bool isGap = false)
    {
        var passed = 0;
        await gate.WaitAsync(lifetime);
        try
        {
            foreach (var trade in trades)
                if (await PassAsync(trade, UnixMicroseconds.Of(clock.GetUtcNow()), lifetime, isGap)) passed++;
        }
        finally
        {
            gate.Release();
        }
        status.CountRepaired(passed);
        return passed;
    }

    [LoggerMessage(LogLevel.Information, "{Instrument}: {Trades} trades were fetched by time")]
    private partial void LogFilled(string instrument, int trades);

    [LoggerMessage(LogLevel.Warning, "{Instrument}: trades since the last connection cannot be fetched: {Problem}")]
    private partial void LogFailed(string instrument, string problem);
}
