using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace CryptoAspire.LocalHosting.Postgres;

/// <summary>Healthy when the database answers a query. The connection is kept: a new one costs the server a process and a password's hashing each time.</summary>
internal sealed class PostgresHealthCheck(IResourceWithConnectionString resource, string database) : IHealthCheck
{
    private readonly SemaphoreSlim _turn = new(1);
    private NpgsqlConnection? _connection;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // A server that was started anew has ended the connection: that is no reason to call it unhealthy.
            if (_connection is not null && await AskAsync(cancellationToken).ConfigureAwait(false) is null)
            {
                return HealthCheckResult.Healthy();
            }

            return await AskAsync(cancellationToken).ConfigureAwait(false) is { } trouble ? HealthCheckResult.Unhealthy(trouble) : HealthCheckResult.Healthy();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What is wrong; null when it answers.</summary>
    private async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            _connection ??= await PostgresConnection.OpenAsync(resource, database, cancellationToken).ConfigureAwait(false);
            await using var command = new NpgsqlCommand("select 1", _connection);
            await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e)
        {
            if (_connection is { } broken)
            {
                await broken.DisposeAsync().ConfigureAwait(false);
            }

            _connection = null;
            if (e is NpgsqlException or InvalidOperationException or TimeoutException or System.Net.Sockets.SocketException)
            {
                return e.Message;
            }

            throw;
        }
    }
}
