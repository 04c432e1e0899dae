using CryptoAspire.Market;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Storage.History;

namespace CryptoAspire.Producer.History;

/// <summary>
/// The venue's trades of a range, through Bronze, where Silver drops what it has. Where the venue is asked by id, what Silver has is not even asked for. A
/// page's progress is committed when Kafka has acknowledged the page: who goes on after a kill repeats one page at most, and loses none.
/// </summary>
internal sealed class TradePages(IVenue venue, VenueInstrument instrument, HistoryRequest request, FeedSink sink, HistoryWork work, TimeProvider clock) : IHistoryPages
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly long fromUs = UnixMicroseconds.Of(request.From), toUs = UnixMicroseconds.Of(request.To);
    private long trades = request.Items;
    private TradeCursor? cursor;

    public string Outcome => $"{trades} trades";

    public async Task<PageState> NextAsync(CancellationToken stopping)
    {
        // 1. From where?
        cursor ??= await StartAsync(stopping);
        if (cursor is not { } after) return await AdvanceAsync(new TradeCursor(request.NextId ?? 0, toUs), 0, stopping) ? PageState.Done : PageState.NotOurs;
        if (!venue.PagesByTime && await work.NextMissingAsync(request.Source, request.Symbol, after.TradeId, stopping) - 1 is { } known && known > after.TradeId) after = after with { TradeId = known };

        // 2. A page, as far as it belongs to the range.
        var page = await venue.TradesAfterAsync(instrument, after, stopping);
        List<VenueTrade> wanted = [.. page.Trades.Where(t => t.EventTimeUs >= fromUs && t.EventTimeUs < toUs && !(venue.Venue.ContiguousTradeIds && t.TradeId <= after.TradeId))];
        var isPast = page.Trades.Count > 0 && page.Trades[^1].EventTimeUs >= toUs;
        // A venue asked by id names a next page for ever.
        var next = isPast || page.Trades.Count == 0 && !venue.PagesByTime ? null : Backfill.Further(page.Next, after);

        // 3. Into Bronze; Kafka has it.
        if (wanted.Count > 0 && !await WriteAsync(wanted, stopping)) return PageState.NotOurs;

        // 4. How far it is.
        var reached = next ?? new TradeCursor(page.Trades.Count > 0 ? Math.Max(after.TradeId, page.Trades[^1].TradeId) : after.TradeId, toUs);
        if (!await AdvanceAsync(reached, wanted.Count, stopping)) return PageState.NotOurs;
        trades += wanted.Count;
        cursor = reached;
        return next is null || next.Value.EventTimeUs >= toUs ? PageState.Done : PageState.More;
    }

    private async Task<TradeCursor?> StartAsync(CancellationToken stopping) =>
        request.NextId is { } id ? new TradeCursor(id, UnixMicroseconds.Of(request.NextTime) - 1)
        : venue.PagesByTime ? new TradeCursor(0, fromUs - 1)
        : await TradeSearch.BeforeAsync(venue, instrument, fromUs, stopping);

    private async Task<bool> WriteAsync(List<VenueTrade> wanted, CancellationToken stopping)
    {
        var acknowledged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var i = 0; i < wanted.Count; i++)
            await sink.TradeAsync(instrument, wanted[i], UnixMicroseconds.Of(clock.GetUtcNow()), stopping, i == wanted.Count - 1 ? acknowledged : null);
        while (true)
        {
            try
            {
                await acknowledged.Task.WaitAsync(Patience, clock, stopping);
                return true;
            }
            catch (TimeoutException)
            {
                if (!await work.TouchAsync(request.Id, "waiting for Kafka", stopping)) return false;
            }
        }
    }

    private Task<bool> AdvanceAsync(TradeCursor reached, int count, CancellationToken stopping) =>
        work.AdvanceAsync(request.Id, UnixMicroseconds.ToTime(Math.Max(reached.EventTimeUs, fromUs)), reached.TradeId, count, stopping);
}
