namespace CryptoAspire.Producer.Feeds;

/// <summary>What can wait at a start leaves the cores to the live trades until these come.</summary>
internal static class LiveFirst
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5), Look = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs it when all of the feeds are connected, or after five seconds; not at all when it is to stop before.</summary>
    public static async Task ThenAsync(IReadOnlyList<FeedStatus> feeds, Func<Task> later, TimeProvider clock, CancellationToken stopping)
    {
        var began = clock.GetTimestamp();
        while (!stopping.IsCancellationRequested && feeds.Any(f => !f.IsConnected) && clock.GetElapsedTime(began) < Longest)
            await Task.Delay(Look, clock, stopping).ContinueWith(_ => { }, TaskScheduler.Default);
        if (!stopping.IsCancellationRequested) await later();
    }
}
