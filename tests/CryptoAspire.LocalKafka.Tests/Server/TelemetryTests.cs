using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.Testing;

namespace CryptoAspire.LocalKafka.Tests.Server;

/// <summary>The counters as tools read them: through the meter and through the event source.</summary>
public class TelemetryTests(InProcessBroker broker) : IClassFixture<InProcessBroker>
{
    [Fact]
    public async Task The_meter_counts_bytes_records_partitions_groups_connections_and_fsyncs()
    {
        // Other brokers of this process have meters of the same name: every figure is a sum over all of them, at least this one's.
        var sums = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) => { if (instrument.Meter.Name == "CryptoAspire.LocalKafka") l.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.Start();

        using var raw = await RawConnection.ConnectAsync(broker.Host.Port);
        await AskAsync(new MetadataRequest { Topics = [new() { Name = "metered" }] }, 4);
        await AskAsync(new ProduceRequest { Acks = -1, TimeoutMs = 1_000, TopicData = [new() { Name = "metered", PartitionData = [new() { Records = new RecordBatchBuilder().Add(1, null, "x"u8.ToArray()).Build() }] }] }, 7);
        await AskAsync(new FetchRequest { MinBytes = 1, Topics = [new() { Topic = "metered", Partitions = [new() { PartitionMaxBytes = 1_000 }] }] }, 11);
        await AskAsync(new OffsetCommitRequest { GroupId = "metered", GenerationId = -1, Topics = [new() { Name = "metered", Partitions = [new() { CommittedOffset = 1 }] }] }, 7);

        await Eventually.True(() =>
        {
            listener.RecordObservableInstruments();
            return sums.GetValueOrDefault("messaging.kafka.log.fsync.duration") > 0; // the interval flush comes within a second
        });
        Assert.All(
            ["network.in", "network.out", "messages.produced", "log.appended", "log.fetched", "connections.accepted", "connections", "partitions", "groups", "log.size", "requests", "request.duration"],
            name => Assert.True(sums.GetValueOrDefault($"messaging.kafka.{name}") > 0, $"{name} is {sums.GetValueOrDefault($"messaging.kafka.{name}")}"));

        async Task AskAsync<T>(T request, short version) where T : IKafkaMessage<T>
        {
            await raw.SendAsync(RawConnection.Frame(request, version, 1));
            Assert.NotNull(await raw.ReceiveAsync());
        }
    }

    /// <summary>What dotnet-counters does, by the runtime's own means: the events go to a file.</summary>
    [Fact]
    public async Task The_event_source_publishes_its_counters()
    {
        using var directory = new TemporaryDirectory("events");
        var trace = directory["trace.nettrace"];
        await using var process = ChildProcess.Start(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "CryptoAspire.LocalKafka.dll"), "--port", "0", "--data", directory["data"]],
            new Dictionary<string, string?>
            {
                ["DOTNET_EnableEventPipe"] = "1",
                ["DOTNET_EventPipeConfig"] = "CryptoAspire-LocalKafka:ffffffff:4:EventCounterIntervalSec=1",
                ["DOTNET_EventPipeOutputPath"] = trace,
                ["DOTNET_EventPipeOutputStreaming"] = "1",
            });
        string[] counters =
            ["bytes-in", "bytes-out", "records-in", "record-bytes-in", "record-bytes-out", "requests", "errors", "fsyncs", "fsync-time", "connections", "partitions", "groups", "log-size", "frame-memory"];
        await Eventually.True(() =>
        {
            if (!File.Exists(trace)) return false;
            using var file = new FileStream(trace, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return counters.All(name => bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes($"{name}\0")) >= 0);
        }, TimeSpan.FromSeconds(60));
        Assert.True(await process.StopAsync());
    }
}
