using CryptoAspire.Producer.Venues;
using CryptoAspire.Storage.History;
using Npgsql;

namespace CryptoAspire.Producer.History;

/// <summary>
/// At the start: for every symbol whose newest trade in Silver is older than a minute, the trades since then are asked for. The feed fetches by itself what
/// follows Bronze's newest trade; this covers what that does not: a Bronze that was lost or has expired, a longer absence than it fetches, an earlier
/// producer that died with a gap open. The feed has a minute to be first; what Silver has then is not fetched again where ids tell.
/// </summary>
/// <param name="limit">The newest part of a downtime that is asked for; zero: none.</param>
internal sealed partial class DowntimeFinder(string source, HistoryWork work, TimeSpan limit, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1), HeadStart = TimeSpan.FromMinutes(1), Retry = TimeSpan.FromSeconds(2), Look = TimeSpan.FromMilliseconds(250);

    private readonly DateTimeOffset started = clock.GetUtcNow();

    /// <param name="followed">What is followed at that moment.</param>
    public async Task RunAsync(Func<IReadOnlyList<VenueInstrument>> followed, CancellationToken stopping)
    {
        if (limit <= TimeSpan.Zero) return;
        try
        {
            // 1. What was there before us, before live trades hide where it ended.
            IReadOnlyList<LastTrade>? known;
            while ((known = await LastTradesAsync(stopping)) is null) await Task.Delay(Retry, clock, stopping);

            // 2. What of it is followed now.
            while (known.Count > 0 && followed().Count == 0) await Task.Delay(Look, clock, stopping);
            var symbols = followed().Select(i => i.Symbol.Name).ToHashSet();
            foreach (var trade in known.Where(t => symbols.Contains(t.Symbol) && started - t.EventTime > Least))
                while (!await AskAsync(trade, stopping)) await Task.Delay(Retry, clock, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    /// <summary>Null while the database cannot tell: it is away, or has no schema yet.</summary>
    private async Task<IReadOnlyList<LastTrade>?> LastTradesAsync(CancellationToken stopping)
    {
        try
        {
            return await work.LastTradesAsync(source, started, stopping);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    private async Task<bool> AskAsync(LastTrade trade, CancellationToken stopping)
    {
        var from = trade.EventTime > started - limit ? trade.EventTime : started - limit;
        try
        {
            if (await work.AddDowntimeAsync(source, trade, from, started, HeadStart, stopping) is { } id) LogAsked(source, trade.Symbol, from, started, id);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "{Source} {Symbol}: Silver has nothing from {From:O} to {To:O}: history request {Id}")]
    private partial void LogAsked(string source, string symbol, DateTimeOffset from, DateTimeOffset to, long id);
}
