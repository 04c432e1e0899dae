using System.Text.Json;

namespace CryptoAspire.Producer.Tests.EndToEnd;

/// <summary>A process's memory over time, in bytes: its heap after a full collection, and what is resident after one and as it ran before.</summary>
internal sealed class MemoryLog
{
    private readonly List<Sample> samples = [];

    public Sample Last => samples[^1];

    public void Add(TimeSpan at, JsonElement memory) => samples.Add(new Sample(at.TotalMinutes,
        memory.GetProperty("heap").GetInt64(), memory.GetProperty("committed").GetInt64(), memory.GetProperty("resident").GetInt64(), memory.GetProperty("asItRan").GetInt64()));

    /// <summary>Growth in percent of the mean and ten minutes, of the samples after the warm-up: the median of the slopes between all pairs (Theil and Sen).</summary>
    public (int Samples, double Mean, double Percent) Growth(Func<Sample, double> read, double warmUpMinutes)
    {
        var settled = samples.Where(s => s.Minutes > warmUpMinutes).ToList();
        if (settled.Count < 2) return (settled.Count, settled.Select(read).DefaultIfEmpty().Average(), 0);
        var slopes = settled.SelectMany((a, i) => settled.Skip(i + 1).Select(b => (read(b) - read(a)) / (b.Minutes - a.Minutes))).Order().ToList();
        var mean = settled.Average(read);
        return (settled.Count, mean, 100 * 10 * slopes[slopes.Count / 2] / mean);
    }

    public readonly record struct Sample(double Minutes, double Heap, double Committed, double Resident, double AsItRan)
    {
        public override string ToString() => FormattableString.Invariant($"heap {Heap / Megabyte:0.00} MiB (committed {Committed / Megabyte:0.0}), resident {Resident / Megabyte:0.0} MiB, before the collection {AsItRan / Megabyte:0.0}");
    }

    public const double Megabyte = 1 << 20;
}
