namespace CryptoAspire.MarketSimulator.Venues;

/// <summary>A venue's limit of requests, as an endpoint filter: past it a request gets the venue's own refusal.</summary>
internal sealed class RateLimit(double perSecond, double burst, TimeProvider clock, Func<HttpContext, IResult> refuse) : IEndpointFilter
{
    private readonly Lock gate = new();
    private double tokens = double.MaxValue;   // full: cut to the burst at the first request
    private long filledAt = clock.GetTimestamp();

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        TryTake() ? await next(context) : refuse(context.HttpContext);

    private bool TryTake()
    {
        lock (gate)
        {
            var now = clock.GetTimestamp();
            tokens = Math.Min(burst, tokens + clock.GetElapsedTime(filledAt, now).TotalSeconds * perSecond);
            filledAt = now;
            if (tokens < 1) return false;
            tokens--;
            return true;
        }
    }
}
