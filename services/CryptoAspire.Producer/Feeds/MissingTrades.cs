using CryptoAspire.Market;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Fetches the trades of one instrument that a socket did not bring, from the venue's REST interface, by their ids. What the venue itself has not, asked often
/// enough, is recorded as lost.
/// </summary>
internal sealed partial class MissingTrades(VenueInstrument instrument, IVenue venue, TradePassage passage, RepairPolicy policy, FeedStatus status, TimeProvider clock, ILogger logger)
{
    private const int FirstPage = 1000;

    // A gap is opened because the venue did not answer, or showed less than it had: younger ones may come yet.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);

    private long NowUs => UnixMicroseconds.Of(clock.GetUtcNow());

    /// <summary>The id of the venue's newest trade; null before the first.</summary>
    /// <exception cref="HttpRequestException">The venue did not answer properly.</exception>
    public async Task<long?> NewestIdAsync(CancellationToken lifetime) =>
        await venue.RecentTradesAsync(instrument, 1, lifetime) is { Count: > 0 } latest ? latest[^1].TradeId : null;

    /// <summary>
    /// Passes everything from the newest trade in Bronze up to <paramref name="last"/>. False if the venue did not return all of it, which
    /// <paramref name="acceptHoles"/> takes as proof that there are no such trades.
    /// </summary>
    /// <exception cref="HttpRequestException">The venue did not answer properly; what came before has passed.</exception>
    public async Task<bool> PassUpToAsync(long last, bool acceptHoles, CancellationToken lifetime)
    {
        if (passage.Newest is not { } newest) return await PassHistoryAsync(last, lifetime);

        // 1. From where? Of a long stretch only the newest part is worth holding the live trades for.
        var after = newest;
        if (last - newest.TradeId > policy.MaxHeldUp)
        {
            after = new TradeCursor(last - policy.MaxHeldUp, newest.EventTimeUs);
            status.AddGap(new TradeGap(instrument.Id, newest.TradeId + 1, after.TradeId, newest.EventTimeUs, 0, clock.GetUtcNow(), "a long absence, fetched beside the live trades"));
            await status.RecordedAsync(lifetime);
        }
        if (after.TradeId < last) LogRepairing(instrument.Id, after.TradeId + 1, last);
        if (!policy.FromStart && last < newest.TradeId - 1) LogWentBack(instrument.Id, last, newest.TradeId);

        // 2. Page by page.
        var fetched = 0;
        await foreach (var trade in Backfill.ReadAsync(venue, instrument, after, last, endsAtEmptyPage: false, lifetime))
        {
            // A hole in what the venue returns may be its lagging behind itself: it is asked again.
            if (trade.TradeId > after.TradeId + 1 && !acceptHoles) break;
            if (trade.TradeId > after.TradeId + 1) RecordHole(after.TradeId + 1, trade.TradeId - 1, after.EventTimeUs, clock.GetUtcNow());
            await passage.PassAsync(trade, NowUs, lifetime);
            after = TradeCursor.Of(trade);
            fetched++;
        }
        if (fetched > 0) status.CountRepaired(fetched);
        var reached = passage.Newest.Value;
        if (reached.TradeId >= last) return true;
        if (!acceptHoles) return false;
        RecordHole(reached.TradeId + 1, last, reached.EventTimeUs, clock.GetUtcNow());
        passage.SkipTo(last);
        return true;
    }

    /// <summary>Fetches what an open gap lacks; the rest of it when it fails or ends half-way, null when nothing is left that the venue has.</summary>
    public async Task<TradeGap?> FillAsync(TradeGap gap, CancellationToken lifetime)
    {
        var acceptHoles = clock.GetUtcNow() - gap.Since > Settled;
        TradeGap? rest = null;
        var next = new TradeCursor(gap.FromId, gap.FromUs);
        var fetched = 0;
        try
        {
            await foreach (var trade in Backfill.ReadAsync(venue, instrument, new TradeCursor(gap.FromId - 1, gap.FromUs), gap.ToId, endsAtEmptyPage: false, lifetime))
            {
                Missing(trade.TradeId - 1);
                await passage.PassLateAsync(trade, NowUs, lifetime);
                next = new TradeCursor(trade.TradeId + 1, trade.EventTimeUs);
                fetched++;
            }
            Missing(gap.ToId);
            return rest;
        }
        catch (Exception e) when (!lifetime.IsCancellationRequested)
        {
            LogStaysOpen(instrument.Id, e.Message);
            return (rest ?? gap with { FromId = next.TradeId, FromUs = next.EventTimeUs }) with { Reason = e.Message };
        }
        finally
        {
            status.CountRepaired(fetched);
        }

        void Missing(long last)
        {
            if (next.TradeId > last) return;
            if (acceptHoles) RecordHole(next.TradeId, last, next.EventTimeUs, gap.Since);
            else rest ??= gap with { FromId = next.TradeId, FromUs = next.EventTimeUs, Reason = "the venue does not show these trades yet" };
        }
    }

    /// <summary>Nothing is known: everything since the first trade, or a page so that charts do not begin empty.</summary>
    private async Task<bool> PassHistoryAsync(long last, CancellationToken lifetime)
    {
        var trades = policy.FromStart
            ? Backfill.ReadAsync(venue, instrument, default, last, endsAtEmptyPage: true, lifetime)
            : (await venue.RecentTradesAsync(instrument, FirstPage, lifetime)).Where(t => t.TradeId <= last).ToAsyncEnumerable();
        var fetched = 0;
        await foreach (var trade in trades)
        {
            await passage.PassAsync(trade, NowUs, lifetime);
            fetched++;
        }
        if (fetched > 0) status.CountRepaired(fetched);
        return true;
    }

    /// <summary>The venue itself, asked again and again, has no such trades.</summary>
    private void RecordHole(long first, long last, long fromUs, DateTimeOffset since)
    {
        LogHole(instrument.Id, first, last, last - first + 1);
        status.AddGap(new TradeGap(instrument.Id, first, last, fromUs, 0, since, "the venue has no such trades"), isLost: true);
    }

    [LoggerMessage(LogLevel.Information, "{Instrument}: fetching missed trades {First} to {Last}")]
    private partial void LogRepairing(string instrument, long first, long last);

    [LoggerMessage(LogLevel.Warning, "{Instrument}: of trades {First} to {Last} the venue lacks {Missing}")]
    private partial void LogHole(string instrument, long first, long last, long missing);

    [LoggerMessage(LogLevel.Warning, "{Instrument}: the venue is at trade {Last}, but Bronze has {Known}: trades below it count as known. "
        + "Was this data directory filled by a simulator with another Simulator:TicksPerSecond?")]
    private partial void LogWentBack(string instrument, long last, long known);

    [LoggerMessage(LogLevel.Warning, "{Instrument}: missed trades cannot be fetched ({Problem}); the gap stays open")]
    private partial void LogStaysOpen(string instrument, string problem);
}
