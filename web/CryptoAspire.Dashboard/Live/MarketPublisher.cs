using CryptoAspire.ServiceDefaults;

namespace CryptoAspire.Dashboard.Live;

/// <summary>Sends what changed, at most ten times a second however many ticks arrive; once a second the state of the feed.</summary>
public sealed class MarketPublisher(MarketState market, CandleStreams candles, FeedStatus feed, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FeedPeriod = TimeSpan.FromSeconds(1);

    private readonly WakeUpCall _changed = new(time);

    /// <summary>Something has changed.</summary>
    public void Note() => _changed.Call();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var toldAt = time.GetTimestamp() - time.TimestampFrequency;
        while (!stoppingToken.IsCancellationRequested)
        {
            market.Flush();
            candles.Flush();
            if (time.GetElapsedTime(toldAt) >= FeedPeriod)
            {
                toldAt = time.GetTimestamp();
                feed.Flush(time.GetUtcNow().ToUnixTimeMilliseconds(), market.Symbols.Select(s => s.Row?.Source).OfType<string>().Distinct());
            }

            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (FeedPeriod - time.GetElapsedTime(toldAt) is { Ticks: > 0 } left)
                await _changed.RestAsync(left, stoppingToken);
        }
    }
}
