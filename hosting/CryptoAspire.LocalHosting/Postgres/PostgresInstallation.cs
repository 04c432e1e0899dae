using System.Globalization;
using System.Text.RegularExpressions;
using CryptoAspire.LocalHosting.Processes;
using CryptoAspire.LocalHosting.Running;
using Microsoft.Extensions.Configuration;

namespace CryptoAspire.LocalHosting.Postgres;

/// <summary>A PostgreSQL of this machine.</summary>
internal sealed partial record PostgresInstallation(string BinDirectory, int Major)
{
    /// <summary>The folder to take instead of searching.</summary>
    public const string Setting = "Postgres:BinDirectory";

    private const int Oldest = 14;

    public string Program(string name) => Path.Combine(BinDirectory, name);

    /// <summary>The newest one, or the one that a cluster needs.</summary>
    /// <param name="configuration">May name the folder (<see cref="Setting"/>).</param>
    /// <param name="clusterMajor">The version that made the cluster; null when there is none yet.</param>
    /// <param name="clusterPath">The cluster, for the message.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="ResourceStartException">There is none.</exception>
    public static async Task<PostgresInstallation> FindAsync(IConfiguration configuration, int? clusterMajor, string clusterPath, CancellationToken cancellationToken)
    {
        var found = new List<PostgresInstallation>();
        foreach (var folder in Candidates(configuration).Distinct())
        {
            if (File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb")))
            {
                var (_, output) = await ProcessLauncher.RunAsync(new ProcessSpec(Path.Combine(folder, "postgres"), ["--version"], "/"), cancellationToken: cancellationToken).ConfigureAwait(false);
                if (Version().Match(output) is { Success: true } version)
                {
                    found.Add(new PostgresInstallation(folder, int.Parse(version.Groups[1].ValueSpan, CultureInfo.InvariantCulture)));
                }
            }
        }

        if (clusterMajor is { } major)
        {
            return found.FirstOrDefault(i => i.Major == major) ?? throw new ResourceStartException(
                $"{clusterPath} was made by PostgreSQL {major}, which is not installed",
                $"sudo apt-get install -y postgresql-{major}, or delete that folder to begin anew");
        }

        return found.Where(i => i.Major >= Oldest).MaxBy(i => i.Major) ?? throw new ResourceStartException(
            $"PostgreSQL {Oldest} or newer was not found{(configuration[Setting] is { } set ? $" in {set}" : "")}",
            "sudo apt-get install -y postgresql");
    }

    private static IEnumerable<string> Candidates(IConfiguration configuration)
    {
        if (configuration[Setting] is { Length: > 0 } set)
        {
            return [set];
        }

        string[] parents = ["/usr/lib/postgresql", "/usr/local/opt", "/opt/homebrew/opt", "/usr"];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(parents.Where(Directory.Exists).SelectMany(p => Directory.EnumerateDirectories(p))
                .Where(d => d.StartsWith("/usr/lib/postgresql/", StringComparison.Ordinal) || Path.GetFileName(d).StartsWith("postgresql", StringComparison.Ordinal) || Path.GetFileName(d).StartsWith("pgsql-", StringComparison.Ordinal))
                .Select(d => Path.Combine(d, "bin")));
    }

    [GeneratedRegex(@"PostgreSQL\) (\d+)")]
    private static partial Regex Version();
}
