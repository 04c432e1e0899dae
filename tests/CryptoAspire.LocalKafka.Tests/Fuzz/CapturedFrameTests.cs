using Confluent.Kafka;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Tests.Durability;
using CryptoAspire.LocalKafka.Tests.Protocol;
using CryptoAspire.LocalKafka.Tests.Scenarios;
using CryptoAspire.Testing;
using Xunit.Abstractions;

namespace CryptoAspire.LocalKafka.Tests.Fuzz;

/// <summary>What real clients send, and that the codec reads all of it.</summary>
public sealed class CapturedFrameTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_captured_frame_is_read_to_its_end_and_written_back_byte_for_byte()
    {
        var requests = MessageType.All.Where(m => !m.IsResponse).ToDictionary(m => m.Api);
        foreach (var frame in CapturedFrames.All)
        {
            var reader = new KafkaReader(frame);
            var header = RequestHeader.Read(ref reader);
            Assert.True(header.IsSupported, $"{header}");
            var message = requests[header.ApiKey].Read(ref reader, header.ApiVersion);
            reader.ExpectEnd();
            var again = new System.Buffers.ArrayBufferWriter<byte>();
            var writer = new KafkaWriter(again);
            header.Write(writer);
            requests[header.ApiKey].Write(message, writer, header.ApiVersion);
            Assert.Equal(Convert.ToHexStringLower(frame), Convert.ToHexStringLower(again.WrittenSpan));
        }

        Assert.InRange(CapturedFrames.All.Count, 50, int.MaxValue);
    }

    /// <summary>Captures anew with LOCALKAFKA_CAPTURE=file (the file in the repository was made so); else checks that the clients still send what the file has.</summary>
    [Fact]
    public async Task Clients_of_today_send_the_apis_and_versions_of_the_captured_frames()
    {
        var recorder = new CapturedFrames.Recorder();
        await using var proxy = new CuttingProxy(recorder.Add);
        await using var broker = await LocalKafkaProcess.StartAsync(["--advertise", $"127.0.0.1:{proxy.Port}"]);
        proxy.ForwardTo(broker.Port);
        var bootstrap = $"127.0.0.1:{proxy.Port}";
        await UseConfluentAsync(bootstrap);
        await Kcat.RunAsync(bootstrap, "-L -t captured");
        await Kcat.RunAsync(bootstrap, "-P -t captured -p 0 -z gzip -H a=b -K:", "k:zipped\n");
        await Kcat.RunAsync(bootstrap, "-C -t captured -p 0 -e -q -o 0");
        await Kcat.RunAsync(bootstrap, "-Q -t captured:0:-1");

        if (Environment.GetEnvironmentVariable("LOCALKAFKA_CAPTURE") is { Length: > 0 } path)
        {
            var clients = Path.Combine(AppContext.BaseDirectory, "Scenarios", "Clients");
            await ChildProcess.RunAsync("/usr/bin/python3", [Path.Combine(clients, "kafka_python_scenarios.py"), bootstrap], TimeSpan.FromMinutes(3));
            await ChildProcess.RunAsync("node", [Path.Combine(clients, "kafkajs_scenarios.mjs"), bootstrap], TimeSpan.FromMinutes(3));
            await File.WriteAllLinesAsync(path, recorder.Lines());
            return;
        }

        var lines = recorder.Lines().ToList();
        output.WriteLine($"{lines.Count} frames kept of {Kinds(lines).Count} APIs and versions");

        Assert.Empty(Kinds(lines).Except(Kinds(CapturedFrames.All.Select(Convert.ToHexStringLower))));
    }

    private static HashSet<string> Kinds(IEnumerable<string> lines) => [.. lines.Select(l => l[..8])];

    private static async Task UseConfluentAsync(string bootstrap)
    {
        using var admin = ConfluentAdmin.Build(bootstrap);
        await ConfluentAdmin.CreateTopicAsync(bootstrap, "captured", 2, new() { ["retention.ms"] = "3600000" });
        using (var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = bootstrap, EnableIdempotence = true }).Build())
            for (var i = 0; i < 6; i++) await producer.ProduceAsync(new TopicPartition("captured", i % 2), new() { Key = "k", Value = $"v{i}" });

        using var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = bootstrap, GroupId = "captured", GroupInstanceId = "captured-1", AutoOffsetReset = AutoOffsetReset.Earliest, EnableAutoCommit = false, SessionTimeoutMs = 6_000, HeartbeatIntervalMs = 200,
        }).Build();
        consumer.Subscribe("captured");
        for (var i = 0; i < 6; i++) Assert.NotNull(consumer.Consume(TimeSpan.FromSeconds(60)));
        consumer.Commit();
        consumer.OffsetsForTimes([new(new TopicPartition("captured", 0), new Timestamp(1, TimestampType.CreateTime))], TimeSpan.FromSeconds(60));

        using (var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = bootstrap, TransactionalId = "captured" }).Build())
        {
            producer.InitTransactions(TimeSpan.FromSeconds(60));
            foreach (var commit in new[] { true, false })
            {
                producer.BeginTransaction();
                await producer.ProduceAsync(new TopicPartition("captured", 0), new() { Value = "t" });
                producer.SendOffsetsToTransaction([new("captured", 0, 3)], consumer.ConsumerGroupMetadata, TimeSpan.FromSeconds(60));
                if (commit) producer.CommitTransaction();
                else producer.AbortTransaction();
            }
        }

        await Task.Delay(500);
        await admin.DescribeConsumerGroupsAsync(["captured"]);
        consumer.Close();
        admin.ListGroups(TimeSpan.FromSeconds(60));
        await admin.DescribeConfigsAsync([new() { Name = "captured", Type = Confluent.Kafka.Admin.ResourceType.Topic }]);
        await admin.AlterConfigsAsync(new() { [new() { Name = "captured", Type = Confluent.Kafka.Admin.ResourceType.Topic }] = [new() { Name = "retention.ms", Value = "7200000" }] });
        await admin.CreatePartitionsAsync([new() { Topic = "captured", IncreaseTo = 3 }]);
        await admin.DeleteRecordsAsync([new("captured", 0, 1)]);
        Records.Commit(bootstrap, "captured-2", new TopicPartitionOffset("captured", 1, 2)); // a static member does not leave: its group cannot be deleted
        await admin.DeleteGroupsAsync(["captured-2"]);
        await ConfluentAdmin.CreateTopicAsync(bootstrap, "captured-2");
        await admin.DeleteTopicsAsync(["captured-2"]);
    }
}
