using CryptoAspire.Dashboard.Hubs;
using Npgsql;

namespace CryptoAspire.Dashboard.Live;

/// <summary>
/// Brings in what ticks and announcements do not say: the day's change and volume, sparklines, Gold, and the newest candles in case an
/// announcement was lost. What is on screen so equals the database within two seconds of quiet. While no browser is connected it reads seldom.
/// </summary>
public sealed partial class MarketReconciler(
    MarketState market, CandleStreams candles, GoldState gold, MarketPublisher publisher, FeedStatus feed, MarketHistory history, Audience audience, TimeProvider time,
    ILogger<MarketReconciler> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Unwatched = TimeSpan.FromSeconds(5);
    private const int NewestBars = 3;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            var start = time.GetTimestamp();
            try
            {
                await RefreshAsync(stoppingToken);
                feed.DatabaseConnected = true;
                if (failing)
                    LogBack();
                failing = false;
            }
            catch (NpgsqlException e)
            {
                feed.DatabaseConnected = false;
                if (!failing && e.SqlState == PostgresErrorCodes.UndefinedTable)
                    LogNoSchema();
                else if (!failing)
                    LogAway(e.Message);
                failing = true;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            // Never busier with reading than one part in five.
            var pause = time.GetElapsedTime(start) * 4;
            do
            {
                await Task.Delay(pause < Period ? Period : pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            while (!failing && !audience.IsThere && time.GetElapsedTime(start) < Unwatched && !stoppingToken.IsCancellationRequested);
        }
    }

    private async Task RefreshAsync(CancellationToken cancel)
    {
        foreach (var symbol in await history.SymbolsAsync(cancel))
            market.Apply(symbol);
        foreach (var stream in candles.Watched)
        {
            foreach (var candle in await history.CandlesAsync(stream.Symbol, stream.Interval, NewestBars, cancel))
                stream.Apply(candle);
        }

        publisher.Note();
        await gold.RefreshAsync(cancel);
    }

    [LoggerMessage(LogLevel.Warning, "The database cannot be read: {Reason} Live prices go on; changes, volumes and candles wait.")]
    private partial void LogAway(string reason);

    [LoggerMessage(LogLevel.Information, "The database has no tables yet: the stream processor makes them. Live prices go on.")]
    private partial void LogNoSchema();

    [LoggerMessage(LogLevel.Information, "The database answers again.")]
    private partial void LogBack();
}
