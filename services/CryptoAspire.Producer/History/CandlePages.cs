using CryptoAspire.Market;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Storage.History;

namespace CryptoAspire.Producer.History;

/// <summary>The venue's own one-minute candles of a range, into <c>candle_history</c> with origin rest; a page and its progress are one transaction.</summary>
internal sealed class CandlePages(ICandleSource venue, VenueInstrument instrument, HistoryRequest request, HistoryWork work, TimeProvider clock) : IHistoryPages
{
    private static readonly long MinuteUs = Interval.OneMinute.Microseconds();

    private readonly HistorySeries series = new(request.Symbol, request.Source, Interval.OneMinute, HistorySeries.Rest);
    private readonly long toUs = UnixMicroseconds.Of(request.To);
    private readonly DateTimeOffset? oldest = venue.Reach.Newest is { } newest && clock.GetUtcNow() - newest is var bound && request.From < bound ? bound : null;
    private long nextUs = UnixMicroseconds.Of(request.NextTime), candles = request.Items;

    public string Outcome => $"{candles} candles{(oldest is { } since ? $"; the venue tells only its newest minutes: what was before {since:yyyy-MM-dd HH:mm} was not to be had" : "")}";

    public async Task<PageState> NextAsync(CancellationToken stopping)
    {
        // 1. A page.
        var page = await venue.MinutesAsync(instrument, nextUs, stopping);
        var running = page.FirstOrDefault(m => !m.IsClosed);
        var isAtEnd = running.InstrumentId is not null;
        var bars = page.Where(m => m.IsClosed && m.StartUs >= nextUs && m.StartUs < toUs)
            .Select(m => new HistoryBar(m.StartUs, m.Open, m.High, m.Low, m.Close, m.Volume, null, null, m.Trades)).ToList();

        // 2. How far it came: a minute that still runs is the end of what there is.
        var reached = venue.Reach.Span is { } span ? nextUs + span.Ticks / TimeSpan.TicksPerMicrosecond
            : page.Count == 0 || isAtEnd ? toUs
            : page[^1].StartUs + MinuteUs;
        reached = Math.Min(reached, toUs);

        // 3. Both together.
        if (!await work.SaveAsync(request.Id, series, bars, UnixMicroseconds.ToTime(reached), stopping)) return PageState.NotOurs;
        candles += bars.Count;
        nextUs = reached;
        return nextUs >= toUs ? PageState.Done : PageState.More;
    }
}
