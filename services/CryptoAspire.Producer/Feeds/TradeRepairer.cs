using CryptoAspire.Market;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Storage.Feeds;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Works off the requests to fetch a range of trades again: through the venue's REST interface, within its budget, and through Bronze, where Silver drops what
/// it has. A producer that dies in the middle leaves its request to the next.
/// </summary>
internal sealed partial class TradeRepairer(IVenue venue, string source, FeedSink sink, RepairRequests requests, TimeProvider clock, ILogger logger)
{
    private const int SayEvery = 5_000, StepBack = 1_000, FarthestBack = 200_000;

    /// <param name="instruments">What is followed at that moment.</param>
    public Task RunAsync(Func<IReadOnlyList<VenueInstrument>> instruments, CancellationToken stopping) => LeasedWork.RunAsync(
        () => requests.TakeAsync(source, stopping), request => RepairAsync(request, instruments().FirstOrDefault(i => i.Symbol.Name == request.Symbol), stopping), clock, stopping);

    private async Task RepairAsync(RepairRequest request, VenueInstrument? instrument, CancellationToken stopping)
    {
        if (instrument is null)
        {
            await requests.FinishAsync(request.Id, false, $"{request.Symbol} is not followed at {venue.Venue.Name}", stopping);
            return;
        }
        var fetched = 0L;
        try
        {
            if (await StartAsync(request, instrument, stopping) is not { } after)
            {
                await requests.FinishAsync(request.Id, false, "the venue is asked by trade id, and Silver has no trade near the range to start from", stopping);
                return;
            }
            await foreach (var trade in Backfill.ReadAsync(venue, instrument, after, UnixMicroseconds.Of(request.To) - 1, stopping))
            {
                if (trade.EventTimeUs < UnixMicroseconds.Of(request.From)) continue;
                await sink.TradeAsync(instrument, trade, UnixMicroseconds.Of(clock.GetUtcNow()), stopping);
                if (++fetched % SayEvery == 0) await requests.ProgressAsync(request.Id, $"{fetched} trades fetched, at {UnixMicroseconds.ToTime(trade.EventTimeUs):O}", stopping);
            }
            await requests.FinishAsync(request.Id, true, $"{fetched} trades fetched", stopping);
            LogRepaired(source, request.Symbol, request.From, request.To, fetched);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !stopping.IsCancellationRequested)
        {
            await requests.FinishAsync(request.Id, false, $"{fetched} trades fetched, then: {e.Message}", stopping);
        }
    }

    /// <summary>Where to ask from: by time; or after an id of before the range, which is Silver's, or found by going back from the first that Silver has.</summary>
    private async Task<TradeCursor?> StartAsync(RepairRequest request, VenueInstrument instrument, CancellationToken stopping)
    {
        var fromUs = UnixMicroseconds.Of(request.From);
        if (!venue.Venue.ContiguousTradeIds || request.Before is not null) return new TradeCursor(request.Before ?? 0, fromUs - 1);
        if (request.First is not { } first) return null;
        for (var id = first; id > 0 && first - id < FarthestBack;)
        {
            id = Math.Max(0, id - StepBack);
            var page = await venue.TradesAfterAsync(instrument, new TradeCursor(id, 0), stopping);
            if (page.Trades.Count == 0 || page.Trades[0].EventTimeUs < fromUs) return new TradeCursor(id, fromUs - 1);
        }
        return null;
    }

    [LoggerMessage(LogLevel.Information, "{Source} {Symbol}: fetched again from {From:O} to {To:O}, {Trades} trades")]
    private partial void LogRepaired(string source, string symbol, DateTimeOffset from, DateTimeOffset to, long trades);
}
