using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>Asks one source again and again, for ever.</summary>
internal sealed partial class PolledFeed(IPolledSource source, IFeedOutlet outlet, FeedStatus status, TimeProvider clock, ILogger<PolledFeed> logger)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    public FeedStatus Status => status;

    public async Task RunAsync(CancellationToken stopping)
    {
        // A failing source is not asked more often than a good one in the long run, and never by all instances at once.
        var backoff = new Backoff(FirstRetry, TimeSpan.FromTicks(Math.Max(source.Interval.Ticks, FirstRetry.Ticks * 15)));
        while (!stopping.IsCancellationRequested)
        {
            var began = clock.GetTimestamp();
            TimeSpan wait;
            try
            {
                await source.PollAsync(outlet, stopping);
                status.CountMessage(Market.UnixMicroseconds.Of(clock.GetUtcNow()));
                if (status.State != "polling") LogPolling(source.Name, source.Interval);
                status.Enter(this, "polling");
                backoff.Reset();
                wait = source.Interval - clock.GetElapsedTime(began);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                wait = backoff.Next();
                status.Enter(this, "waiting", e.Message);
                status.CountReconnect();
                LogFailed(source.Name, e.Message, wait);
            }
            if (wait > TimeSpan.Zero) await Task.Delay(wait, clock, stopping).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Source}: polled every {Interval}")]
    private partial void LogPolling(string source, TimeSpan interval);

    [LoggerMessage(LogLevel.Warning, "{Source}: no answer ({Problem}); next attempt in {Wait}")]
    private partial void LogFailed(string source, string problem, TimeSpan wait);
}
