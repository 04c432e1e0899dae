using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CryptoAspire.ServiceDefaults.Health;

/// <summary>
/// Leaves a check that does not heed its cancellation: Npgsql, for one, waits for a frozen server's greeting until the
/// connection string's own time-out.
/// </summary>
internal sealed class BoundedHealthCheck(IHealthCheck inner) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        inner.CheckHealthAsync(context, cancellationToken).WaitAsync(cancellationToken);
}
