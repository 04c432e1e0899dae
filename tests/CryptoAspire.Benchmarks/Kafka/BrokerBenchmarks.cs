using System.Diagnostics;
using CryptoAspire.Testing;

namespace CryptoAspire.Benchmarks.Kafka;

/// <summary>Everything that the issue "LocalKafka" asks to be measured, each against a broker process of its own.</summary>
internal static class BrokerBenchmarks
{
    private const int Partitions = 12;

    /// <summary>What can be measured alone: throughput and latency in a flush mode, memory, start.</summary>
    public static IReadOnlyList<string> Parts { get; } = ["interval", "always", "memory", "start"];

    /// <param name="report">Where the figures go.</param>
    /// <param name="quick">A fifth of the work.</param>
    /// <param name="parts">Of <see cref="Parts"/>; the limits of the machine are measured with any of them.</param>
    public static async Task RunAsync(Report report, bool quick, IReadOnlyCollection<string> parts)
    {
        var scale = quick ? 5 : 1;
        MeasureLimits(report, quick);
        foreach (var mode in new[] { "interval", "always" }.Where(parts.Contains))
        {
            foreach (var (size, count) in new[] { (100, 5_000_000L), (250, 4_000_000L), (1_000, 1_500_000L) })
            {
                await using var broker = await LocalKafkaProcess.StartAsync(["--flush", mode]);
                new ThroughputBenchmark(report, Partitions).Run(broker.BootstrapServers, mode, size, count / scale, size == 250 ? 1_000_000 : null);
            }

            await using var quiet = await LocalKafkaProcess.StartAsync(["--flush", mode]);
            foreach (var rate in new[] { 1_000, 20_000 })
                new LatencyBenchmark(report).Run(quiet.BootstrapServers, mode, rate, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(30.0 / scale), rate == 20_000 && mode == "interval" ? 5 : null);
        }

        if (parts.Contains("memory"))
            await MeasureMemoryAsync(report, (quick ? 1L : 5L) * 1_000_000_000);
        if (parts.Contains("start"))
            await MeasureStartAsync(report, (quick ? 200L : 1_000L) * 1_000_000);
    }

    private static void MeasureLimits(Report report, bool quick)
    {
        const string section = "Limits of this machine in this run";
        using var directory = new TemporaryDirectory();
        var bytes = (quick ? 200L : 1_000L) << 20;
        report.Add(new(section, "sequential file write, 1 MiB blocks", "page cache", Limits.FileWrite(directory.Path, bytes, sync: false), "MB/s"));
        report.Add(new(section, "sequential file write, 1 MiB blocks", "fsync each", Limits.FileWrite(directory.Path, bytes / 4, sync: true), "MB/s"));
        var (p50, p99) = Limits.Fsync(directory.Path);
        report.Add(new(section, "fsync of a 4 KiB append", "p50", p50, "ms"));
        report.Add(new(section, "fsync of a 4 KiB append", "p99", p99, "ms"));
        report.Add(new(section, "one loopback TCP stream", "throughput", Limits.Loopback(bytes * 4), "MB/s"));
    }

    private static async Task MeasureMemoryAsync(Report report, long bytes)
    {
        const int size = 250;
        await using var broker = await LocalKafkaProcess.StartAsync(["--flush", "interval"]);
        report.Add(new("Memory of the broker process", "after start", "resident", Resident(broker.ProcessId), "MB"));
        ThroughputBenchmark.EnsureTopic(broker.BootstrapServers, "memory", Partitions);
        RdKafka.Produce(new Dictionary<string, string> { ["bootstrap.servers"] = broker.BootstrapServers, ["linger.ms"] = "20", ["batch.size"] = "1000000" }, "memory", Partitions, bytes / size, size);
        report.Add(new("Memory of the broker process", $"after {bytes / 1e9:N0} GB written", "resident", Resident(broker.ProcessId), "MB", Goal: 200, GoalIsCeiling: true));
        RdKafka.Consume(new Dictionary<string, string> { ["bootstrap.servers"] = broker.BootstrapServers, ["group.id"] = "memory", ["queued.max.messages.kbytes"] = "65536" }, "memory", Partitions, bytes / size);
        report.Add(new("Memory of the broker process", $"after {bytes / 1e9:N0} GB read back", "resident", Resident(broker.ProcessId), "MB", Goal: 200, GoalIsCeiling: true));
        report.Add(new("Memory of the broker process", "whole run", "peak resident", Resident(broker.ProcessId, "VmHWM"), "MB", Goal: 200, GoalIsCeiling: true));
    }

    private static async Task MeasureStartAsync(Report report, long bytes)
    {
        const int size = 250;
        const string section = "Process start to ready to serve";
        await using var broker = await LocalKafkaProcess.StartAsync(["--flush", "interval"]);
        ThroughputBenchmark.EnsureTopic(broker.BootstrapServers, "start", Partitions);
        RdKafka.Produce(new Dictionary<string, string> { ["bootstrap.servers"] = broker.BootstrapServers, ["linger.ms"] = "20", ["batch.size"] = "1000000" }, "start", Partitions, bytes / size, size);
        var what = $"{bytes / 1e9:N1} GB of data";
        await broker.StopAsync();
        report.Add(new(section, what, "after a clean stop", await TimeToServeAsync(broker), "s", Goal: 1, GoalIsCeiling: true));
        await broker.KillAsync();
        report.Add(new(section, what, "after kill -9", await TimeToServeAsync(broker), "s", Goal: 10, GoalIsCeiling: true));

        // The worst a crash can leave: no checkpoint and no index, so that every byte is read and checked.
        await broker.KillAsync();
        foreach (var file in Directory.EnumerateFiles(broker.DataDirectory, "recovery-point-offset-checkpoint", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(broker.DataDirectory, "*.index", SearchOption.AllDirectories)))
            File.Delete(file);
        report.Add(new(section, what, "after kill -9, all indexes lost", await TimeToServeAsync(broker), "s", Goal: 10, GoalIsCeiling: true));
    }

    /// <summary>From the start of the process to the first answered metadata request, in seconds.</summary>
    private static async Task<double> TimeToServeAsync(LocalKafkaProcess broker)
    {
        var clock = Stopwatch.StartNew();
        await broker.RestartAsync();
        using var admin = new Confluent.Kafka.AdminClientBuilder(new Confluent.Kafka.AdminClientConfig { BootstrapServers = broker.BootstrapServers }).Build();
        admin.GetMetadata("start", TimeSpan.FromSeconds(30));
        return clock.Elapsed.TotalSeconds;
    }

    private static double Resident(int processId, string field = "VmRSS")
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024.0 * 1.048576;
    }
}
