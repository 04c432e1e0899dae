using System.Globalization;

namespace CryptoAspire.Testing;

/// <summary>Where the operating system keeps PostgreSQL's server programs.</summary>
public static class PostgresInstallation
{
    /// <summary>The directory with <c>initdb</c> and <c>postgres</c> of the newest version, null when there is none.</summary>
    public static string? NewestBinDirectory { get; } = Candidates()
        .Where(bin => File.Exists(Path.Combine(bin, "initdb")) && File.Exists(Path.Combine(bin, "postgres")))
        .OrderByDescending(Major)
        .FirstOrDefault();

    /// <summary>The same, or an error that says what to install.</summary>
    /// <exception cref="FileNotFoundException">No PostgreSQL server is installed.</exception>
    public static string RequiredBinDirectory => NewestBinDirectory
        ?? throw new FileNotFoundException("No PostgreSQL server found (looked for /usr/lib/postgresql/*/bin and /usr/pgsql-*/bin): apt-get install postgresql");

    private static IEnumerable<string> Candidates() =>
        Below("/usr/lib/postgresql", "*").Concat(Below("/usr", "pgsql-*")).Concat(Below("/opt/homebrew/opt", "postgresql@*"))
            .Select(version => Path.Combine(version, "bin"));

    private static IEnumerable<string> Below(string directory, string pattern) =>
        Directory.Exists(directory) ? Directory.EnumerateDirectories(directory, pattern) : [];

    private static int Major(string bin)
    {
        string name = Path.GetFileName(Path.GetDirectoryName(bin))!;
        return int.TryParse(name.AsSpan(name.LastIndexOfAny(['-', '@']) + 1), CultureInfo.InvariantCulture, out int major) ? major : 0;
    }
}
