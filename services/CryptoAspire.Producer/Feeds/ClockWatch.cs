using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Estimates how far a venue's clock is from ours, as NTP does (RFC 5905 §8): the venue's time against the middle between question and answer, of a few tries
/// the one that took the shortest.
/// </summary>
internal sealed partial class ClockWatch(IVenue venue, FeedStatus status, TimeSpan pause, TimeProvider clock, ILogger logger)
{
    private const int Tries = 3;
    private const double Remarkable = 1_000;   // ms

    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(pause, clock);
        try
        {
            do
            {
                if (await MeasureAsync(stopping) is not { } offset) continue;
                if (Math.Abs(offset) > Remarkable && !(Math.Abs(status.ClockOffsetMs ?? 0) > Remarkable)) LogOff(status.Venue, offset);
                status.ClockOffsetMs = offset;
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // Stopping, perhaps in the middle of an answer that is none.
        }
    }

    private async Task<double?> MeasureAsync(CancellationToken stopping)
    {
        (double Offset, TimeSpan Took)? best = null;
        for (var i = 0; i < Tries; i++)
        {
            try
            {
                var (asked, began) = (clock.GetUtcNow(), clock.GetTimestamp());
                if (await venue.ServerTimeAsync(stopping) is not { } theirs) return null;
                var took = clock.GetElapsedTime(began);
                if (best is null || took < best.Value.Took) best = ((theirs - asked - took / 2).TotalMilliseconds, took);
            }
            catch (Exception) when (!stopping.IsCancellationRequested)
            {
                // The next time will do; that the venue does not answer shows elsewhere.
            }
        }
        return best?.Offset;
    }

    [LoggerMessage(LogLevel.Warning, "{Venue}: its clock is {Milliseconds:+0;-0} ms from ours")]
    private partial void LogOff(string venue, double milliseconds);
}
