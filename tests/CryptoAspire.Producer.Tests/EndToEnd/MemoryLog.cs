using System.Globalization;
using System.Text.Json;

namespace CryptoAspire.Producer.Tests.EndToEnd;

/// <summary>
/// A process's memory over time, in bytes: its heap after a full collection, and what is resident after one, of which the anonymous part is the heap and what native
/// libraries hold, the rest code: pages of libraries that were read in, and what was compiled.
/// </summary>
internal sealed class MemoryLog
{
    public const double Megabyte = 1 << 20;

    private readonly List<Sample> samples = [];

    public Sample Last => samples[^1];

    /// <param name="memory">What <c>POST /memory</c> answered.</param>
    public void Add(TimeSpan at, JsonElement memory, int process)
    {
        var resident = memory.GetProperty("resident").GetInt64();
        samples.Add(new Sample(at.TotalMinutes, memory.GetProperty("heap").GetInt64(), resident, Anonymous(process) ?? resident, memory.GetProperty("asItRan").GetInt64()));
    }

    /// <summary>
    /// Growth in percent of what is resident and ten minutes, of the samples after the warm-up: the median of the slopes between all pairs (Theil and Sen), which one
    /// sample in an unlike state does not move.
    /// </summary>
    public (int Samples, double Mean, double Percent) Growth(Func<Sample, double> read, double warmUpMinutes)
    {
        var settled = samples.Where(s => s.Minutes > warmUpMinutes).ToList();
        if (settled.Count < 2) return (settled.Count, settled.Select(read).DefaultIfEmpty().Average(), 0);
        var slopes = settled.SelectMany((a, i) => settled.Skip(i + 1).Select(b => (read(b) - read(a)) / (b.Minutes - a.Minutes))).Order().ToList();
        return (settled.Count, settled.Average(read), 100 * 10 * slopes[slopes.Count / 2] / settled.Average(s => s.Resident));
    }

    /// <summary>Linux only.</summary>
    private static double? Anonymous(int process) => OperatingSystem.IsLinux()
        ? 1024 * double.Parse(File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("RssAnon:", StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
        : null;

    public readonly record struct Sample(double Minutes, double Heap, double Resident, double Anonymous, double AsItRan)
    {
        public override string ToString() => FormattableString.Invariant(
            $"heap {Heap / Megabyte:0.00} MiB, resident {Resident / Megabyte:0.0} ({Anonymous / Megabyte:0.0} anonymous, {(Resident - Anonymous) / Megabyte:0.0} code), before the collection {AsItRan / Megabyte:0.0}");
    }
}
