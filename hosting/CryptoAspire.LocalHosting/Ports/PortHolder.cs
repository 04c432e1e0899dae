using System.Globalization;

namespace CryptoAspire.LocalHosting.Ports;

/// <summary>Finds out which process listens on a port, from /proc.</summary>
internal static class PortHolder
{
    private const string Listening = "0A";

    /// <summary>For example <c>postgres (pid 812)</c>; "another process" when it may not be looked at.</summary>
    public static string Describe(int port)
    {
        var sockets = new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(f => f.Length > 9 && f[3] == Listening && PortOf(f[1]) == port)
            .Select(f => $"socket:[{f[9]}]")
            .ToHashSet(StringComparer.Ordinal);
        if (sockets.Count == 0)
        {
            return "another process";
        }

        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var processId) && Holds(folder, sockets))
            {
                return $"{NameOf(folder)} (pid {processId})";
            }
        }

        return "a process of another user";
    }

    private static int PortOf(string address) =>
        int.TryParse(address.AsSpan(address.LastIndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var port) ? port : -1;

    private static bool Holds(string folder, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(folder, "fd"))
                .Any(descriptor => new FileInfo(descriptor).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string NameOf(string folder)
    {
        try
        {
            // The kernel's own name of a process ends after 15 characters; the command line has all of it.
            var program = File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0')[0];
            return program.Length > 0 ? Path.GetFileName(program) : File.ReadAllText(Path.Combine(folder, "comm")).Trim();
        }
        catch (IOException)
        {
            return "a process that has just ended";
        }
    }
}
