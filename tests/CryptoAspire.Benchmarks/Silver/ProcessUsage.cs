using System.Globalization;

namespace CryptoAspire.Benchmarks.Silver;

/// <summary>What a process and its children have used so far, from Linux' /proc.</summary>
/// <param name="CpuSeconds">User and system time, of children that have ended too.</param>
/// <param name="PrivateMegabytes">Resident memory of its own: anonymous pages, what it alone would free.</param>
/// <param name="ResidentMegabytes">Resident memory with the shared pages of files, each process counted whole.</param>
internal readonly record struct ProcessUsage(double CpuSeconds, double PrivateMegabytes, double ResidentMegabytes)
{
    private const double ClockTicks = 100; // USER_HZ, the same on every Linux that .NET runs on

    public static ProcessUsage Of(int processId)
    {
        var sum = new ProcessUsage();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var id))
                continue;
            try
            {
                var stat = File.ReadAllText($"{directory}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' '); // field 3, the state, is fields[0]
                if (id != processId && Number(fields[1]) != processId)
                    continue;
                var own = Number(fields[11]) + Number(fields[12]);
                var ended = id == processId ? Number(fields[13]) + Number(fields[14]) : 0;
                var status = File.ReadAllLines($"{directory}/status");
                sum = new ProcessUsage(sum.CpuSeconds + (own + ended) / ClockTicks, sum.PrivateMegabytes + Kilobytes(status, "RssAnon:") / 1024, sum.ResidentMegabytes + Kilobytes(status, "VmRSS:") / 1024);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // It has just ended; its parent counts it from now on.
            }
        }

        return sum;
    }

    /// <summary>The most that was ever resident, MiB.</summary>
    public static double PeakMegabytes(int processId) => Kilobytes(File.ReadAllLines($"/proc/{processId}/status"), "VmHWM:") / 1024;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static double Kilobytes(string[] status, string name) =>
        status.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line ? Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) : 0;
}
