namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Exponential back-off with full jitter: the n-th wait is uniform in [0, min(cap, base × 2ⁿ)), so that many clients cut at once do not come back at once.
/// Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
/// </summary>
public sealed class Backoff(TimeSpan first, TimeSpan cap, Random? random = null)
{
    private readonly Random random = random ?? Random.Shared;
    private int attempt;

    public TimeSpan Next()
    {
        var ceiling = Math.Min(cap.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(attempt++, 30)));
        return TimeSpan.FromMilliseconds(random.NextDouble() * ceiling);
    }

    public void Reset() => attempt = 0;
}
