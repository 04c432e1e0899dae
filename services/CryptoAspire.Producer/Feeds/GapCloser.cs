namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Fetches what is missing while live trades flow: they passed because the venue could not tell, because it was too much to wait for, or because another
/// producer died before it had fetched it. What is not to be fetched is recorded as lost.
/// </summary>
internal sealed class GapCloser(FeedStatus status, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Tries all open gaps from time to time until told to stop.</summary>
    /// <param name="find">The trades that a product's gap belongs to; null when it is not followed.</param>
    public async Task RunAsync(Func<string, ITradeSequence?> find, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                foreach (var gap in status.OpenGaps)
                {
                    if (RepairPolicy.WhyNotToFetch(gap) is { } reason) status.Lose(gap, reason);
                    else if (find(gap.InstrumentId) is { } sequence) await CloseAsync(sequence, gap, stopping);
                    else if (status.IsConnected) status.Lose(gap, "the product is not followed any more");
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
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
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            status.Shrink(gap, gap with { Reason = e.Message });
        }
    }
}
