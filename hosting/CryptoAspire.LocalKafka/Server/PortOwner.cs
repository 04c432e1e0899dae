using System.Globalization;

namespace CryptoAspire.LocalKafka.Server;

/// <summary>Finds out who listens on a port, from /proc. Linux only; elsewhere, or without permission, nobody is named.</summary>
internal static class PortOwner
{
    private const string Listening = "0A";

    /// <returns>"process 1234 (java)", for a .NET program "process 1234 (CryptoAspire.Api.dll)", or null.</returns>
    public static string? Describe(int port)
    {
        try
        {
            var inodes = new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(table => Inodes(table, port)).Select(i => $"socket:[{i}]").ToHashSet(StringComparer.Ordinal);
            if (inodes.Count == 0)
                return null;
            foreach (var directory in Directory.EnumerateDirectories("/proc"))
                if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && Holds(directory, inodes))
                    return $"process {pid} ({Name(directory)})";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not readable: the port is in use all the same.
        }
        return null;
    }

    private static string Name(string processDirectory)
    {
        var name = File.ReadAllText(Path.Combine(processDirectory, "comm")).Trim();
        if (name != "dotnet")
            return name;
        // Half the machine is called dotnet: the program's own name is the assembly that it runs.
        var program = File.ReadAllText(Path.Combine(processDirectory, "cmdline")).Split('\0').FirstOrDefault(a => a.EndsWith(".dll", StringComparison.OrdinalIgnoreCase));
        return program is null ? name : Path.GetFileName(program);
    }

    private static IEnumerable<string> Inodes(string table, int port)
    {
        // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
        foreach (var line in File.ReadLines(table).Skip(1))
        {
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > 9 && columns[3] == Listening && int.Parse(columns[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) == port)
                yield return columns[9];
        }
    }

    private static bool Holds(string processDirectory, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(processDirectory, "fd"))
                .Any(fd => new FileInfo(fd).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // gone meanwhile, or somebody else's
        }
    }
}
