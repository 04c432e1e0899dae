using CryptoAspire.Benchmarks;
using CryptoAspire.Benchmarks.Silver;

namespace CryptoAspire.StreamProcessor.Tests;

public class BenchmarkTests
{
    /// <summary>How fast is not asserted; the benchmark itself checks that every trade was committed once.</summary>
    [Fact]
    public async Task The_benchmark_of_Silver_measures_a_small_catch_up_and_its_latency()
    {
        var report = new Report();

        await SilverBenchmarks.RunAsync(report, ["catchup", "latency"], ticks: 20_000, TimeSpan.FromSeconds(1), levels: []);

        Assert.All(report.Figures, static figure => Assert.True(double.IsFinite(figure.Value), $"{figure.Case}, {figure.Metric}: {figure.Value}"));
        foreach (var metric in new[] { "(a) consumed by librdkafka", "(b) COPY by Npgsql", "(b) COPY by psql", "committed", "CPU, processor", "allocated, processor", "WAL", "p50", "p99", "max" })
            Assert.Contains(report.Figures, figure => figure.Metric == metric && figure.Value > 0);
    }
}
