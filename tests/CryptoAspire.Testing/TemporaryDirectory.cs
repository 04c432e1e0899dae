using System.Globalization;

namespace CryptoAspire.Testing;

/// <summary>
/// A directory of its own for one test, deleted on dispose. What a killed test process left behind is deleted by the
/// next one: the name carries the owner's process id and start time.
/// </summary>
public sealed class TemporaryDirectory : IDisposable
{
    private const string Prefix = "crypto-aspire-test-";
    private static int _count;

    static TemporaryDirectory() => DeleteThoseOfDeadOwners();

    /// <summary>Creates the directory.</summary>
    /// <param name="name">A word that tells a person who looks into the temporary directory what it is for.</param>
    public TemporaryDirectory(string name = "files")
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(),
            $"{Prefix}{Environment.ProcessId}-{OwnStamp()}-{name}-{Interlocked.Increment(ref _count)}");
        Directory.CreateDirectory(Path);
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Absolute path of a file or directory in it.</summary>
    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    /// <inheritdoc/>
    public override string ToString() => Path;

    /// <inheritdoc/>
    public void Dispose() => DeleteTree(Path);

    private static void DeleteTree(string path)
    {
        // A server that is just going away may still write: a second look after a moment is enough.
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && attempt < 20)
            {
                Thread.Sleep(50);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return;
            }
        }
    }

    private static void DeleteThoseOfDeadOwners()
    {
        foreach (string directory in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*"))
        {
            string[] parts = System.IO.Path.GetFileName(directory)[Prefix.Length..].Split('-', 3);
            if (parts.Length < 3 || !int.TryParse(parts[0], CultureInfo.InvariantCulture, out int pid)) continue;
            if (StampOf(pid) != parts[1]) DeleteTree(directory);
        }
    }

    private static string OwnStamp() => StampOf(Environment.ProcessId) ?? "0";

    /// <summary>Start time of a process in clock ticks since boot (field 22 of /proc/pid/stat), null when there is none.</summary>
    private static string? StampOf(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return OperatingSystem.IsLinux() ? null : "0";
        }
    }
}
