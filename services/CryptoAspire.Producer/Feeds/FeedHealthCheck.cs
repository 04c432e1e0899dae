using CryptoAspire.Producer.Venues;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Healthy while a venue's stream flows; degraded while none does, because the producer itself is then still right: it tries again for ever.
/// </summary>
internal sealed class FeedHealthCheck(FeedBoard board) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // News that can be read says nothing of the market's streams.
        var streams = board.Feeds.Where(f => VenueCatalog.Find(f.Venue) is not null).ToList();
        var judged = streams.Count > 0 ? streams : board.Feeds;
        var states = string.Join(", ", board.Feeds.Select(f => $"{f.Source} {f.State}"));
        return Task.FromResult(judged.Any(f => f.IsConnected) ? HealthCheckResult.Healthy(states) : HealthCheckResult.Degraded(states is "" ? "starting" : states));
    }
}
