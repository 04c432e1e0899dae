namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Fetches what is missing while live trades flow: they passed because the venue could not tell, or because it was too much to wait for.
/// </summary>
internal sealed class GapCloser(FeedStatus status, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    /// <summary>Tries all open gaps from time to time until told to stop.</summary>
    /// <param name="find">The trades that a product's gap belongs to; null when it is no longer followed.</param>
    public async Task RunAsync(Func<string, ITradeSequence?> find, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                foreach (var gap in status.OpenGaps.Where(g => g.Count is not > RepairPolicy.LongestGap))
                    if (find(gap.InstrumentId) is { } sequence) await CloseAsync(sequence, gap, stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task CloseAsync(ITradeSequence sequence, TradeGap gap, CancellationToken stopping)
    {
        try
        {
            status.Shrink(gap, await sequence.FillAsync(gap, stopping));
        }
        catch (HttpRequestException e)
        {
            status.Shrink(gap, gap with { Reason = e.Message });
        }
    }
}
