using System.Net;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Storage.History;

namespace CryptoAspire.Producer.History;

/// <summary>
/// Works off the requests for a range of a venue's past, one at a time, page by page, within the venue's budget. After each page it rests for as long as the
/// page took, so that the feed's own requests find at least half of the budget. A producer that dies leaves its request, with its progress, to the next.
/// </summary>
internal sealed partial class HistoryFiller(IVenue venue, string source, FeedSink sink, HistoryWork work, TimeProvider clock, ILogger logger)
{
    /// <summary>A worker that has not spoken for so long is dead.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private const int MostFailures = 12;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1), LongestRetry = TimeSpan.FromSeconds(20), LongestRest = TimeSpan.FromSeconds(5);

    /// <param name="followed">What is followed at that moment.</param>
    public Task RunAsync(Func<IReadOnlyList<VenueInstrument>> followed, CancellationToken stopping) =>
        LeasedWork.RunAsync(() => work.TakeAsync(source, stopping), request => FillAsync(request, followed(), stopping), clock, stopping);

    private async Task FillAsync(HistoryRequest request, IReadOnlyList<VenueInstrument> followed, CancellationToken stopping)
    {
        LogBegins(source, request.Symbol, request.Id, request.What, request.NextTime, request.To);
        var backoff = new Backoff(FirstRetry, LongestRetry);
        IHistoryPages? pages = null;
        for (var failures = 0; ;)
        {
            var started = clock.GetTimestamp();
            try
            {
                // 1. What of?
                pages ??= await OpenAsync(request, followed, stopping);
                if (pages is null) return;

                // 2. A page.
                var state = await pages.NextAsync(stopping);
                if (state == PageState.NotOurs) return;
                if (state == PageState.Done)
                {
                    await work.FinishAsync(request.Id, true, pages.Outcome, stopping);
                    LogEnds(source, request.Symbol, request.Id, pages.Outcome);
                    return;
                }
                failures = 0;
                backoff.Reset();
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !stopping.IsCancellationRequested)
            {
                // 3. A venue that wants us to wait is no failure.
                if (e is not HttpRequestException { StatusCode: HttpStatusCode.TooManyRequests } && ++failures > MostFailures)
                {
                    await work.FinishAsync(request.Id, false, $"the venue failed {failures} times in a row, last: {e.Message}", stopping);
                    LogFailed(source, request.Symbol, request.Id, e.Message);
                    return;
                }
                if (!await work.TouchAsync(request.Id, $"waiting for the venue: {e.Message}", stopping)) return;
                await Task.Delay(backoff.Next(), clock, stopping);
                continue;
            }
            var took = clock.GetElapsedTime(started);
            await Task.Delay(took < LongestRest ? took : LongestRest, clock, stopping);
        }
    }

    /// <summary>Null when there is nothing to be had; that is said then.</summary>
    private async Task<IHistoryPages?> OpenAsync(HistoryRequest request, IReadOnlyList<VenueInstrument> followed, CancellationToken stopping)
    {
        var instrument = followed.FirstOrDefault(i => i.Symbol.Name == request.Symbol) ?? (await venue.InstrumentsAsync(stopping)).FirstOrDefault(i => i.Symbol.Name == request.Symbol);
        if (instrument is null) await work.FinishAsync(request.Id, false, $"{venue.Venue.Name} does not list {request.Symbol}", stopping);
        else if (request.What == HistoryRequest.Trades) return new TradePages(venue, instrument, request, sink, work, clock);
        else if (venue is ICandleSource candles) return new CandlePages(candles, instrument, request, work, clock);
        else await work.FinishAsync(request.Id, false, $"candles of {venue.Venue.Name} cannot be asked for; its trades can", stopping);
        return null;
    }

    [LoggerMessage(LogLevel.Information, "{Source} {Symbol}: history request {Id}: {What} from {From:O} to {To:O}")]
    private partial void LogBegins(string source, string symbol, long id, string what, DateTimeOffset from, DateTimeOffset to);

    [LoggerMessage(LogLevel.Information, "{Source} {Symbol}: history request {Id} is done: {Outcome}")]
    private partial void LogEnds(string source, string symbol, long id, string outcome);

    [LoggerMessage(LogLevel.Warning, "{Source} {Symbol}: history request {Id} failed: {Problem}")]
    private partial void LogFailed(string source, string symbol, long id, string problem);
}
