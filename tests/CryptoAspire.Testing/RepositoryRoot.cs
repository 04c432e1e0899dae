namespace CryptoAspire.Testing;

/// <summary>The checked-out repository that the running tests were built from.</summary>
public static class RepositoryRoot
{
    /// <summary>Absolute path of the directory that holds <c>CryptoAspire.sln</c>.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "CryptoAspire.sln"))) return directory.FullName;
        throw new DirectoryNotFoundException($"No CryptoAspire.sln above {AppContext.BaseDirectory}");
    }
}
