using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CryptoAspire.LocalHosting.Processes;
using CryptoAspire.LocalHosting.Running;

namespace CryptoAspire.LocalHosting.Postgres;

/// <summary>A cluster on disk: making it, ending a server that still runs on it, keeping its password in step.</summary>
internal sealed class PostgresCluster(PostgresHome home, TimeProvider time)
{
    private const string PasswordMark = "password.sha256";
    private static readonly TimeSpan s_fastShutdown = TimeSpan.FromSeconds(15);

    public string Path => home.Cluster;

    /// <summary>The major version that made it; null when there is none.</summary>
    public int? Major => File.Exists(In("PG_VERSION"))
        ? int.Parse(File.ReadAllText(In("PG_VERSION")).Split('.')[0], CultureInfo.InvariantCulture)
        : null;

    /// <summary>Makes the cluster. One that was not finished is not one: it is made beside and then renamed.</summary>
    public async Task CreateAsync(PostgresInstallation installation, string userName, string password, CancellationToken cancellationToken)
    {
        var draft = home.Cluster + ".new";
        var passwordFile = System.IO.Path.Combine(home.Path, "password");
        if (Directory.Exists(draft))
        {
            Directory.Delete(draft, recursive: true);
        }

        // umask and owner are the account's own, because the account itself writes the file.
        await RunAsync(new ProcessSpec("/bin/sh", ["-c", $"umask 077; cat > '{passwordFile}'"], home.Path), "write the password file", password, cancellationToken).ConfigureAwait(false);
        try
        {
            string[] arguments =
            [
                "--pgdata", draft, "--username", userName, "--pwfile", passwordFile, "--auth-host=scram-sha-256", "--auth-local=scram-sha-256",
                "--encoding=UTF8", "--locale=C.UTF-8",
            ];
            await RunAsync(new ProcessSpec(installation.Program("initdb"), arguments, home.Path), "initialise the cluster", null, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(passwordFile);
        }

        Directory.Move(draft, home.Cluster);
        MarkPassword(password);
    }

    /// <summary>Sets the user's password when it is another than the cluster was made with: the file with it was lost, or the user chose one.</summary>
    public async Task SetPasswordIfChangedAsync(PostgresInstallation installation, string userName, string password, CancellationToken cancellationToken)
    {
        if (File.Exists(Mark) && await File.ReadAllTextAsync(Mark, cancellationToken).ConfigureAwait(false) == Hash(password))
        {
            return;
        }

        var statement = $"alter role \"{userName.Replace("\"", "\"\"", StringComparison.Ordinal)}\" password '{password.Replace("'", "''", StringComparison.Ordinal)}';\n";
        await RunAsync(new ProcessSpec(installation.Program("postgres"), ["--single", "-D", home.Cluster, "postgres"], home.Path), "set the password", statement, cancellationToken).ConfigureAwait(false);
        MarkPassword(password);
    }

    /// <summary>
    /// Ends a server that an AppHost that was killed left running, and removes a pid file that names another process: PostgreSQL
    /// itself would refuse to start when that process has the same owner.
    /// </summary>
    public async Task EndLeftServerAsync(Action<string> log, CancellationToken cancellationToken)
    {
        var pidFile = In("postmaster.pid");
        if (!File.Exists(pidFile) || !int.TryParse((await File.ReadAllLinesAsync(pidFile, cancellationToken).ConfigureAwait(false)).FirstOrDefault(), out var processId))
        {
            return;
        }

        if (ProcessIdentity.Of(processId) is { } server && ServesThisCluster(processId))
        {
            log($"Ending the PostgreSQL server that an earlier run left behind (pid {processId}).");
            Signals.Send(processId, Signals.Interrupt);
            if (!await server.WaitForExitAsync(s_fastShutdown, time, cancellationToken).ConfigureAwait(false))
            {
                const int immediateShutdown = 3;
                Signals.Send(processId, immediateShutdown);
                await server.WaitForExitAsync(s_fastShutdown, time, cancellationToken).ConfigureAwait(false);
            }
        }

        File.Delete(pidFile);
    }

    private string Mark => System.IO.Path.Combine(home.Path, PasswordMark);

    private static string Hash(string password) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("cryptoaspire:" + password)));

    private bool ServesThisCluster(int processId)
    {
        try
        {
            return new FileInfo($"/proc/{processId}/cwd").LinkTarget == PostgresHome.Resolve(home.Cluster);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void MarkPassword(string password) => File.WriteAllText(Mark, Hash(password));

    private async Task RunAsync(ProcessSpec spec, string what, string? input, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await ProcessLauncher.RunAsync(spec with { Account = home.Account }, input, cancellationToken).ConfigureAwait(false);
        if (exitCode != 0)
        {
            var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            throw new ResourceStartException($"could not {what}: {lines.LastOrDefault(l => l.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? lines.LastOrDefault()}");
        }
    }

    private string In(string name) => System.IO.Path.Combine(home.Cluster, name);
}
