using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CryptoAspire.Storage.Migrations;

/// <summary>Healthy when the database has the tables that this build reads: for services that start without waiting for the owner of the migrations.</summary>
public sealed class SchemaHealthCheck(Migrator migrator) : IHealthCheck
{
    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await migrator.CurrentVersionAsync(cancellationToken) switch
        {
            { } version when version >= Migration.Latest => HealthCheckResult.Healthy(),
            { } version => new HealthCheckResult(context.Registration.FailureStatus, $"The schema has version {version}; {Migration.Latest} is needed and comes with the stream processor's start."),
            null => new HealthCheckResult(context.Registration.FailureStatus, "The database does not answer."),
        };
}
