using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace CryptoAspire.ServiceDefaults.Npgsql;

/// <summary>Healthy when the database answers a statement.</summary>
/// <param name="dataSource">Asked for at each check: a missing connection string is a finding of the check, not a fault of <c>/health</c>.</param>
internal sealed class NpgsqlHealthCheck(Func<NpgsqlDataSource> dataSource) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = dataSource().CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or TimeoutException)
        {
            string reason = e switch
            {
                PostgresException server => $"{server.SqlState} {server.MessageText}",
                NpgsqlException or TimeoutException => "The database does not answer.",
                _ => e.Message
            };
            return new HealthCheckResult(context.Registration.FailureStatus, reason);
        }
    }
}
