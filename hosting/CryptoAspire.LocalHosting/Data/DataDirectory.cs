using System.Globalization;
using Aspire.Hosting;
using Microsoft.Extensions.Configuration;

namespace CryptoAspire.LocalHosting;

/// <summary>
/// Where everything that outlives a run is kept: setting <c>DataDirectory</c>, default <c>.data</c> at the repository's root.
/// <c>postgres/</c> and <c>kafka/</c> data, <c>logs/</c>, <c>run/</c> process files, <c>secrets.json</c>.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    internal const string Setting = "DataDirectory";
    /// <summary>Begins the name of a data directory that a test was given and that is deleted when the test ends.</summary>
    internal const string TemporaryPrefix = "cryptoaspire-test-";

    private const string DefaultName = ".data";
    private readonly Lazy<string> _path;
    private readonly Lazy<SecretStore> _secrets;
    private FileStream? _lock;

    public DataDirectory(IConfiguration configuration, string appHostDirectory)
    {
        _path = new(() => System.IO.Path.GetFullPath(configuration[Setting] is { Length: > 0 } set
            ? set
            : System.IO.Path.Combine(RepositoryRoot(appHostDirectory), DefaultName)));
        _secrets = new(() => new SecretStore(In("secrets.json")));
    }

    public string Path => _path.Value;

    public string Logs => In("logs");

    public string Processes => In("run");

    public SecretStore Secrets => _secrets.Value;

    public string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Takes the directory for this AppHost.</summary>
    /// <exception cref="DistributedApplicationException">Another AppHost has it, or it cannot be written.</exception>
    public void Acquire()
    {
        try
        {
            Directory.CreateDirectory(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"The data directory {Path} cannot be created: {e.Message} Set another one with --{Setting}=<folder>.", e);
        }

        var file = In("apphost.lock");
        try
        {
            _lock = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            _lock.SetLength(0);
            _lock.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            _lock.Flush();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new DistributedApplicationException($"The data directory {Path} cannot be written: {e.Message} Set another one with --{Setting}=<folder>.", e);
        }
        catch (IOException)
        {
            throw new DistributedApplicationException($"The data directory {Path} is in use by another AppHost{Holder(file)}. Stop it or set another one with --{Setting}=<folder>.");
        }
    }

    /// <summary>Gives the directory back; a test's own is deleted.</summary>
    public void Dispose()
    {
        if (_lock is not null && System.IO.Path.GetFileName(Path).StartsWith(TemporaryPrefix, StringComparison.Ordinal))
        {
            foreach (var link in Directory.EnumerateDirectories(Path).Select(d => new DirectoryInfo(d)).Where(d => d.LinkTarget is not null))
            {
                Directory.Delete(link.LinkTarget!, recursive: true);
            }

            Directory.Delete(Path, recursive: true);
        }

        _lock?.Dispose();
        _lock = null;
    }

    private static string Holder(string file)
    {
        // FileStream's lock is advisory: cat reads what .NET refuses to open.
        using var cat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("cat", [file]) { RedirectStandardOutput = true });
        return cat?.StandardOutput.ReadToEnd().Trim() is { Length: > 0 } pid ? $" (pid {pid})" : "";
    }

    private static string RepositoryRoot(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (at.EnumerateFiles("*.sln*").Any() || System.IO.Path.Exists(System.IO.Path.Combine(at.FullName, ".git")))
            {
                return at.FullName;
            }
        }

        return folder;
    }
}
