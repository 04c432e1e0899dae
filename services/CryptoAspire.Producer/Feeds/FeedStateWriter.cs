using CryptoAspire.Market;
using CryptoAspire.Storage.Feeds;
using Npgsql;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Writes how the feeds fare to PostgreSQL every other second, for the API and the dashboard, and a gap as soon as it opens: what a producer leaves open when it
/// dies, its successor or any other producer of the venue takes over from there. That it cannot does not disturb the feeds.
/// </summary>
internal sealed partial class FeedStateWriter(FeedBoard board, FeedStates table, TimeProvider clock, ILogger<FeedStateWriter> logger) : BackgroundService
{
    private const int LooksPerWrite = 10;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    // The owner of an open gap writes it every other second.
    private static readonly TimeSpan Abandoned = TimeSpan.FromSeconds(6);

    private readonly string instance = $"{Environment.MachineName}:{Environment.ProcessId}";
    private readonly Dictionary<string, (long Messages, long At)> last = [];
    private Dictionary<(string, string, DateTimeOffset, long), FeedGapRow> open = [];

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Look, clock);
        var told = false;
        var (looks, gapsBefore) = (0, 0L);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            var gapsNow = board.Feeds.Sum(f => f.Gaps);
            if (gapsNow == gapsBefore && ++looks < LooksPerWrite) continue;
            (looks, gapsBefore) = (0, gapsNow);
            try
            {
                await AdoptAsync(stopping);
                var counts = board.Feeds.Select(f => (Feed: f, f.Gaps)).ToList();
                var (gaps, stillOpen) = Gaps();
                await table.WriteAsync([.. board.Feeds.Select(Row)], gaps, stopping);
                open = stillOpen;
                foreach (var (feed, count) in counts) feed.RecordedGaps = count;
                told = false;
            }
            catch (NpgsqlException e)
            {
                if (!told) LogUnwritten(e.Message);
                told = true;
            }
        }
    }

    /// <summary>Open gaps that nobody speaks of any more become ours.</summary>
    private async Task AdoptAsync(CancellationToken stopping)
    {
        foreach (var left in (await table.AdoptAsync([.. board.Feeds.Select(f => f.Source)], Abandoned, stopping)).GroupBy(g => g.Source))
        {
            var feed = board.Feeds.First(f => f.Source == left.Key);
            var known = feed.OpenGaps.Select(g => Key(Row(feed.Source, g, "open"))).ToHashSet();
            var gaps = left.Where(g => !known.Contains(Key(g))).Select(Gap).ToList();
            feed.Adopt(gaps);
            if (gaps.Count > 0) LogAdopted(feed.Source, gaps.Count);
        }
    }

    private FeedStateRow Row(FeedStatus feed)
    {
        var now = clock.GetTimestamp();
        var (messages, before) = (feed.Messages, last.GetValueOrDefault(feed.Source, (0, now)));
        last[feed.Source] = (messages, now);
        var seconds = clock.GetElapsedTime(before.Item2, now).TotalSeconds;
        return new FeedStateRow
        {
            Source = feed.Source,
            Instance = instance,
            Venue = feed.Venue,
            State = feed.State,
            Since = feed.Since,
            LastProblem = feed.LastProblem,
            LastMessageAt = feed.LastMessageAge is { } age ? clock.GetUtcNow().AddSeconds(-age) : null,
            Messages = messages,
            MessagesPerSecond = seconds > 0 ? (messages - before.Item1) / seconds : 0,
            Trades = feed.Trades,
            Tickers = feed.Tickers,
            Duplicates = feed.Duplicates,
            Rejected = feed.Rejected,
            Reconnects = feed.Reconnects,
            Rotations = feed.Rotations,
            Repaired = feed.RepairedTrades,
            GapsOpen = feed.OpenGaps.Count,
            GapsFilled = feed.GapsClosed,
            GapsLost = feed.LostGaps.Count,
            ClockOffsetMs = feed.ClockOffsetMs,
            Instruments = feed.Instruments,
            Refused = [.. feed.Refused.Select(r => $"{r.Key}: {r.Value}")],
        };
    }

    /// <summary>The gaps that are open or lost, and those that were open the last time and are no more.</summary>
    private (List<FeedGapRow> Changed, Dictionary<(string, string, DateTimeOffset, long), FeedGapRow> Open) Gaps()
    {
        var rows = board.Feeds.SelectMany(f => f.OpenGaps.Select(g => Row(f.Source, g, "open")).Concat(f.LostGaps.Select(g => Row(f.Source, g, "lost"))))
            .DistinctBy(Key).ToDictionary(Key);
        var filled = open.Where(g => !rows.ContainsKey(g.Key)).Select(g => g.Value with { State = "filled" });
        return ([.. rows.Values, .. filled], rows.Where(r => r.Value.State == "open").ToDictionary());
    }

    private static (string, string, DateTimeOffset, long) Key(FeedGapRow gap) => (gap.Source, gap.Instrument, gap.OpenedAt, gap.LastId);

    // PostgreSQL keeps microseconds: the row's key must be what will be read from it.
    private static FeedGapRow Row(string source, TradeGap gap, string state) => new(
        source, gap.InstrumentId, UnixMicroseconds.ToTime(UnixMicroseconds.Of(gap.Since)), gap.FromId, gap.ToId, gap.FromUs > 0 ? UnixMicroseconds.ToTime(gap.FromUs) : null,
        gap.ToUs > 0 ? UnixMicroseconds.ToTime(gap.ToUs) : null, state, gap.Reason);

    private static TradeGap Gap(FeedGapRow row) => new(
        row.Instrument, row.FirstId, row.LastId, row.FromTime is { } from ? UnixMicroseconds.Of(from) : 0, row.ToTime is { } to ? UnixMicroseconds.Of(to) : 0, row.OpenedAt, row.Reason);

    [LoggerMessage(LogLevel.Information, "{Source}: {Gaps} gaps that a producer left open are taken over")]
    private partial void LogAdopted(string source, int gaps);

    [LoggerMessage(LogLevel.Warning, "The feeds' state cannot be written: {Problem}")]
    private partial void LogUnwritten(string problem);
}
