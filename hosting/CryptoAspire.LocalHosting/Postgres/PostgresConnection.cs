using Aspire.Hosting.ApplicationModel;
using Npgsql;

namespace CryptoAspire.LocalHosting.Postgres;

/// <summary>The AppHost's own connections, one at a time for each use: not pooled, so that they never count against the services.</summary>
internal static class PostgresConnection
{
    private const int TimeoutSeconds = 5;

    public static async Task<NpgsqlConnection> OpenAsync(IResourceWithConnectionString resource, string database, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(await resource.GetConnectionStringAsync(cancellationToken).ConfigureAwait(false))
        {
            Database = database,
            Pooling = false,
            Timeout = TimeoutSeconds,
            CommandTimeout = TimeoutSeconds,
            ApplicationName = "apphost",
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
