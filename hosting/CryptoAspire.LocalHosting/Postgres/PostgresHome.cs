using System.Globalization;
using System.Runtime.InteropServices;
using CryptoAspire.LocalHosting.Processes;
using CryptoAspire.LocalHosting.Running;

namespace CryptoAspire.LocalHosting.Postgres;

/// <summary>
/// The folder that holds the cluster, and the account that owns it. PostgreSQL refuses to run as root, so when the AppHost
/// does, the folder belongs to an unprivileged account; when that account cannot reach the data directory (a repository
/// under /root), the folder is outside and the data directory holds a link to it.
/// </summary>
internal sealed partial record PostgresHome(string Path, Account? Account)
{
    private const string Outside = "/var/lib/cryptoaspire";
    private const string OriginFile = "origin";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Cluster => System.IO.Path.Combine(Path, "cluster");

    public static async Task<PostgresHome> PrepareAsync(string path, CancellationToken cancellationToken)
    {
        if (Environment.UserName != "root" && geteuid() != 0)
        {
            Directory.CreateDirectory(path, OwnerOnly);
            return new PostgresHome(path, null);
        }

        var account = await OwnerAsync(path, cancellationToken).ConfigureAwait(false)
            ?? Account.Find(a => a.Name == "postgres") ?? Account.Find(a => a.Name == "nobody")
            ?? throw new ResourceStartException("PostgreSQL does not run as root, and there is no account 'postgres' or 'nobody' to run it as", "sudo apt-get install -y postgresql");
        var known = Resolve(path);
        if (Directory.Exists(known) && await CanEnterAsync(account, known, cancellationToken).ConfigureAwait(false))
        {
            return new PostgresHome(known, account);
        }

        if (Directory.Exists(path) && !IsLink(path))
        {
            throw new ResourceStartException($"{path} is there but the account '{account.Name}' cannot enter it", $"chown -R {account.Name} {path}, or move the repository to a folder that others may enter");
        }

        RemoveOrphans();
        var parent = System.IO.Path.GetDirectoryName(path)!;
        var real = await CanEnterAsync(account, parent, cancellationToken).ConfigureAwait(false)
            ? path
            : System.IO.Path.Combine(Outside, Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(real, OwnerOnly);
        if (real != path)
        {
            File.SetUnixFileMode(Outside, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            if (IsLink(path))
            {
                File.Delete(path);
            }

            // First the link, then the file that names it: a folder whose link is missing is taken for an orphan.
            Directory.CreateSymbolicLink(path, real);
            await File.WriteAllTextAsync(System.IO.Path.Combine(real, OriginFile), path, cancellationToken).ConfigureAwait(false);
        }

        if (chown(real, account.UserId, account.GroupId) != 0)
        {
            throw new ResourceStartException($"{real} cannot be given to the account '{account.Name}'");
        }

        return new PostgresHome(real, account);
    }

    /// <summary>The real folder, without links: a server is recognised by it.</summary>
    public static string Resolve(string path) => IsLink(path)
        ? new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)!.FullName
        : path;

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    private static async Task<Account?> OwnerAsync(string path, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(path))
        {
            return null;
        }

        var (_, owner) = await ProcessLauncher.RunAsync(new ProcessSpec("/usr/bin/stat", ["-L", "-c", "%u", path], "/"), cancellationToken: cancellationToken).ConfigureAwait(false);
        return int.TryParse(owner, NumberStyles.Integer, CultureInfo.InvariantCulture, out var userId) && userId != 0 ? Account.Find(a => a.UserId == userId) : null;
    }

    private static async Task<bool> CanEnterAsync(Account account, string path, CancellationToken cancellationToken)
    {
        var probe = new ProcessSpec("/usr/bin/test", ["-x", path], "/") { Account = account };
        return (await ProcessLauncher.RunAsync(probe, cancellationToken: cancellationToken).ConfigureAwait(false)).ExitCode == 0;
    }

    /// <summary>Deletes clusters outside whose data directory has been deleted: who deletes it wants to begin anew.</summary>
    private static void RemoveOrphans()
    {
        if (!Directory.Exists(Outside))
        {
            return;
        }

        foreach (var folder in Directory.EnumerateDirectories(Outside))
        {
            var origin = System.IO.Path.Combine(folder, OriginFile);
            if (File.Exists(origin) && new FileInfo(File.ReadAllText(origin)).LinkTarget != folder)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, int owner, int group);

    [LibraryImport("libc")]
    private static partial int geteuid();
}
