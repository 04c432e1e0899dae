using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using CryptoAspire.MarketSimulator;
using CryptoAspire.Producer;
using CryptoAspire.Testing;

namespace CryptoAspire.Benchmarks.Feeds;

/// <summary>
/// The producer bound to one core, read from the simulator on the others and written to LocalKafka: messages from the socket and records that Kafka has
/// acknowledged, a second.
/// </summary>
internal static class ProducerThroughput
{
    private const string Section = "One producer process on one core";
    private const int TradesPerSecond = 120_000;   // over both venues; Binance's share is 60 %

    public static async Task RunAsync(Report report, TimeSpan length)
    {
        var pinned = OperatingSystem.IsLinux() && Environment.ProcessorCount > 1;
        var others = $"1-{Math.Max(1, Environment.ProcessorCount - 1)}";
        await using var kafka = await LocalKafkaProcess.StartAsync();
        if (pinned) await ChildProcess.RunAsync("taskset", ["-apc", others, $"{kafka.ProcessId}"], TimeSpan.FromSeconds(5));
        var (simulatorPort, producerPort) = (FreePort.Next(), FreePort.Next());
        await using var simulator = Start(pinned ? others : null, typeof(SimulatorHost).Assembly.Location, simulatorPort, $"--Simulator:TicksPerSecond={TradesPerSecond}");
        await using var producer = Start(pinned ? "0" : null, typeof(ProducerHost).Assembly.Location, producerPort, "--Feeds:Mode=simulated", "--Feeds:Venues=binance",
            $"--ConnectionStrings:kafka={kafka.BootstrapServers}", $"--services:marketsimulator:http:0=http://127.0.0.1:{simulatorPort}");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{producerPort}/") };

        async Task<(long Messages, long Delivered)> ReadAsync()
        {
            var feeds = await http.GetFromJsonAsync<JsonElement>("feeds");
            return (feeds.GetProperty("venues").EnumerateArray().Sum(v => v.GetProperty("messages").GetInt64()), feeds.GetProperty("kafka").GetProperty("delivered").GetInt64());
        }

        await Eventually.Passes(async () =>
        {
            if ((await ReadAsync()).Delivered < 100_000) throw new InvalidOperationException($"too little was delivered\n{producer.Output.Tail()}");
        }, TimeSpan.FromSeconds(120));
        var process = Process.GetProcessById(producer.Id);
        var (before, cpu, started) = (await ReadAsync(), process.TotalProcessorTime, Stopwatch.GetTimestamp());
        await Task.Delay(length);
        var (after, elapsed) = (await ReadAsync(), Stopwatch.GetElapsedTime(started));
        process.Refresh();
        var used = (process.TotalProcessorTime - cpu) / elapsed;
        var name = pinned ? "simulator to Kafka, producer on one core" : "simulator to Kafka";
        report.Add(new(Section, name, "messages received", (after.Messages - before.Messages) / elapsed.TotalSeconds, "/s", Goal: 50_000));
        report.Add(new(Section, name, "records acknowledged", (after.Delivered - before.Delivered) / elapsed.TotalSeconds, "/s"));
        report.Add(new(Section, name, "processor time used", 100 * used, "% of a core"));
        report.Add(new(Section, name, "resident memory", process.WorkingSet64 / 1048576.0, "MiB"));
    }

    private static ChildProcess Start(string? cores, string assembly, int port, params string[] arguments)
    {
        string[] command = ["dotnet", assembly, .. arguments, $"--urls=http://127.0.0.1:{port}"];
        return cores is null
            ? ChildProcess.Start(command[0], command[1..], workingDirectory: Path.GetDirectoryName(assembly))
            : ChildProcess.Start("taskset", ["-c", cores, .. command], workingDirectory: Path.GetDirectoryName(assembly));
    }
}
