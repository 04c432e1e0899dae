using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Healthy while a venue's stream flows; degraded while none does, because the producer itself is then still right: it tries again for ever.
/// </summary>
internal sealed class FeedHealthCheck(FeedBoard board) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var states = string.Join(", ", board.Feeds.Select(f => $"{f.Source} {f.State}"));
        return Task.FromResult(board.Feeds.Any(f => f.IsConnected) ? HealthCheckResult.Healthy(states) : HealthCheckResult.Degraded(states is "" ? "starting" : states));
    }
}
