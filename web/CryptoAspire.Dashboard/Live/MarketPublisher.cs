namespace CryptoAspire.Dashboard.Live;

/// <summary>Ten times a second sends what changed, however many ticks arrived; once a second the state of the feed.</summary>
public sealed class MarketPublisher(MarketState market, CandleStreams candles, FeedStatus feed, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        for (var round = 0; await timer.WaitForNextTickAsync(stoppingToken); round++)
        {
            market.Flush();
            candles.Flush();
            if (round % 10 == 0)
                feed.Flush(time.GetUtcNow().ToUnixTimeMilliseconds(), market.Symbols.Select(s => s.Row?.Source).OfType<string>().Distinct());
        }
    }
}
