namespace CryptoAspire.Testing;

/// <summary>
/// Recorded market data that is kept beside the repository (<c>../shared/data</c>), not in it. A test that needs a file
/// of it carries <see cref="SharedDataFactAttribute"/> or <see cref="SharedDataTheoryAttribute"/> and is skipped where
/// the file is absent.
/// </summary>
public static class SharedData
{
    /// <summary>Absolute path of the data directory, null where there is none.</summary>
    public static string? Root { get; } = Find();

    /// <summary>Absolute path of a file, for example <c>binance/spot_btcusdt_20240808.gz</c>.</summary>
    /// <exception cref="FileNotFoundException">The file is absent: the test lacks its attribute.</exception>
    public static string File(string relative) =>
        WhyAbsent(relative) is { } reason ? throw new FileNotFoundException(reason) : Path.Combine(Root!, relative);

    /// <summary>Null when every file is there, else one sentence that names the first that is not.</summary>
    public static string? WhyAbsent(params IEnumerable<string> relative)
    {
        foreach (string file in relative)
        {
            if (Root is null) return $"Needs {file} of the recorded market data, and there is no ../shared/data beside the repository.";
            if (!Path.Exists(Path.Combine(Root, file))) return $"Needs the recorded market data {Path.Combine(Root, file)}, which is absent.";
        }
        return null;
    }

    private static string? Find()
    {
        for (var directory = new DirectoryInfo(RepositoryRoot.Path); directory is not null; directory = directory.Parent)
        {
            string candidate = Path.Combine(directory.FullName, "shared", "data");
            if (Directory.Exists(candidate)) return candidate;
        }
        return null;
    }
}
