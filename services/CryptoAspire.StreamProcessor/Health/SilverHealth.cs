using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CryptoAspire.StreamProcessor.Health;

/// <summary>
/// What keeps the processor from committing, by the part that says so: "schema", "kafka", "partition 3". Healthy when nothing does and the
/// consumer has joined its group.
/// </summary>
public sealed class SilverHealth : IHealthCheck
{
    private readonly ConcurrentDictionary<string, string> _troubles = new() { ["start"] = "not yet joined the consumer group" };

    public void Trouble(string part, string reason) => _troubles[part] = reason;

    public void Clear(string part) => _troubles.TryRemove(part, out _);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var troubles = _troubles.OrderBy(static trouble => trouble.Key, StringComparer.Ordinal).ToList();
        return Task.FromResult(
            troubles.Count == 0
                ? HealthCheckResult.Healthy()
                : new HealthCheckResult(context.Registration.FailureStatus, string.Join("; ", troubles.Select(static trouble => $"{trouble.Key}: {trouble.Value}"))));
    }
}
