using Aspire.Hosting.ApplicationModel;
using CryptoAspire.LocalHosting.Processes;
using CryptoAspire.LocalHosting.Running;

namespace CryptoAspire.LocalHosting.Postgres;

/// <summary>Runs a PostgreSQL server resource with the PostgreSQL of this machine and a cluster in the data directory.</summary>
internal static class PostgresProcess
{
    public static async Task<ProcessSpec> PrepareAsync(PostgresServerResource server, RunContext context, Action<string> log, CancellationToken cancellationToken)
    {
        var home = await PostgresHome.PrepareAsync(context.Data.In(server.Name), cancellationToken).ConfigureAwait(false);
        var cluster = new PostgresCluster(home, context.Time);
        var installation = await PostgresInstallation.FindAsync(context.Configuration, cluster.Major, cluster.Path, cancellationToken).ConfigureAwait(false);
        var userName = await server.UserNameReference.GetValueAsync(cancellationToken).ConfigureAwait(false) ?? "postgres";
        var password = await server.PasswordParameter.GetValueAsync(cancellationToken).ConfigureAwait(false) ?? "";

        if (cluster.Major is null)
        {
            log($"Creating a PostgreSQL {installation.Major} cluster in {cluster.Path}.");
            await cluster.CreateAsync(installation, userName, password, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await cluster.EndLeftServerAsync(log, cancellationToken).ConfigureAwait(false);
            await cluster.SetPasswordIfChangedAsync(installation, userName, password, cancellationToken).ConfigureAwait(false);
        }

        return new ProcessSpec(installation.Program("postgres"), ["-D", cluster.Path, .. PostgresSettings.Arguments(server.PrimaryEndpoint.Port)], home.Path)
        {
            // SIGINT is the fast shutdown: it ends sessions, while SIGTERM waits for clients to leave.
            StopSignal = Signals.Interrupt,
            OrphanSignal = Signals.Interrupt,
            Account = home.Account,
        };
    }
}
