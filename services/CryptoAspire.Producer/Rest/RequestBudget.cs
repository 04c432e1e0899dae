namespace CryptoAspire.Producer.Rest;

/// <summary>
/// One venue's budget of requests: a token bucket, and a pause while the venue has asked for one. With a shared bucket behind it, which all producers take
/// from, this one only smooths; while that cannot be asked, half of the limit is used.
/// </summary>
public sealed class RequestBudget(string venue, RestLimit limit, TimeProvider clock, ISharedBudget? shared = null)
{
    // Who waits longer than this is better told so: it may hold live trades meanwhile.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private double tokens = limit.Burst;
    private long filledAt = clock.GetTimestamp();
    private DateTimeOffset blockedUntil;

    /// <summary>Until when the venue wants no request; in the past when it does not mind.</summary>
    public DateTimeOffset BlockedUntil
    {
        get
        {
            lock (gate) return blockedUntil;
        }
    }

    /// <summary>Waits until the weight may be used, and uses it.</summary>
    /// <exception cref="HttpRequestException">It would take long: the venue has asked for a pause.</exception>
    public async ValueTask TakeAsync(int weight, CancellationToken cancellation)
    {
        await TakeOwnAsync(weight, cancellation);
        while (shared is not null)
        {
            if (await shared.TakeAsync(venue, limit, weight, cancellation) is not { } wait)
            {
                await TakeOwnAsync(weight, cancellation);   // once more: that makes half
                return;
            }
            if (wait <= TimeSpan.Zero) return;
            await WaitAsync(wait, cancellation);
        }
    }

    private async ValueTask TakeOwnAsync(int weight, CancellationToken cancellation)
    {
        while (true)
        {
            TimeSpan wait;
            lock (gate)
            {
                Fill();
                wait = blockedUntil - clock.GetUtcNow();
                if (wait <= TimeSpan.Zero)
                {
                    // A request heavier than the bucket goes when the bucket is full.
                    var needed = Math.Min(weight, limit.Burst);
                    if (tokens >= needed)
                    {
                        tokens -= weight;
                        return;
                    }
                    wait = TimeSpan.FromSeconds((needed - tokens) / limit.PerSecond);
                }
            }
            await WaitAsync(wait, cancellation);
        }
    }

    private Task WaitAsync(TimeSpan wait, CancellationToken cancellation) => wait > Patience
        ? throw new HttpRequestException($"no request allowed for {wait.TotalSeconds:0} s", null, System.Net.HttpStatusCode.TooManyRequests)
        : Task.Delay(wait, clock, cancellation);

    /// <summary>No request for so long.</summary>
    public void Block(TimeSpan pause)
    {
        lock (gate)
        {
            var until = clock.GetUtcNow() + pause;
            if (until > blockedUntil) blockedUntil = until;
        }
        shared?.Block(venue, pause);
    }

    private void Fill()
    {
        var now = clock.GetTimestamp();
        tokens = Math.Min(limit.Burst, tokens + clock.GetElapsedTime(filledAt, now).TotalSeconds * limit.PerSecond);
        filledAt = now;
    }
}
