using System.Collections.Concurrent;
using CryptoAspire.LocalKafka.Cli;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Tests.Scenarios;
using CryptoAspire.Testing;
using Xunit.Abstractions;

namespace CryptoAspire.LocalKafka.Tests.Durability;

/// <summary>No space left: writers are told, readers go on, and with room everything goes on.</summary>
public sealed class DiskFullTests(ITestOutputHelper output)
{
    private const int Megabyte = 1 << 20;

    [SmallDiskFact]
    public async Task A_full_disk_refuses_writes_with_a_clear_error_and_takes_them_again_when_there_is_room()
    {
        await using var disk = await SmallDisk.MountAsync(16);
        var data = Directory.CreateDirectory(Path.Combine(disk.Path, "data")).FullName;
        await using var broker = await LocalKafkaProcess.StartAsync(["--segment-bytes", "2097152"], data);
        await ConfluentAdmin.CreateTopicAsync(broker.BootstrapServers, "full");
        await Records.WriteAsync(broker.BootstrapServers, "full", Records.Numbered(5));
        disk.Fill(8 * Megabyte);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var client = await BrokerClient.ConnectAsync("127.0.0.1", broker.Port, limit.Token);
        var acknowledged = 5L;
        ProduceResponse.PartitionProduceResponse answer;
        while ((answer = await AppendAsync()).ErrorCode == ErrorCode.None)
        {
            Assert.Equal(acknowledged, answer.BaseOffset);
            Assert.InRange(++acknowledged, 6, 200);
        }

        output.WriteLine($"after {acknowledged} records: {answer.ErrorCode} {answer.ErrorMessage}");
        Assert.Equal(ErrorCode.KafkaStorageError, answer.ErrorCode);
        Assert.Contains("disk is full", answer.ErrorMessage, StringComparison.OrdinalIgnoreCase);

        // Refused as long as it is full, and what is there can be read.
        for (var i = 0; i < 3; i++) Assert.Equal(ErrorCode.KafkaStorageError, (await AppendAsync()).ErrorCode);
        Assert.Equal(acknowledged, Records.Read(broker.BootstrapServers, "full").Count);

        disk.Free();
        await Eventually.True(async () => (await AppendAsync()).ErrorCode == ErrorCode.None);
        Assert.Equal(acknowledged + 1, Records.Read(broker.BootstrapServers, "full").Count);
        await broker.KillAsync();
        await broker.RestartAsync();
        Assert.Equal(acknowledged + 1, Records.Read(broker.BootstrapServers, "full").Count);

        async Task<ProduceResponse.PartitionProduceResponse> AppendAsync()
        {
            var batch = new RecordBatchBuilder().Add(1_700_000_000_000, null, new byte[200_000]).Build();
            var request = new ProduceRequest { Acks = -1, TimeoutMs = 10_000, TopicData = [new() { Name = "full", PartitionData = [new() { Records = batch }] }] };
            return (await client.AskAsync<ProduceRequest, ProduceResponse>(request, 8, limit.Token)).Responses[0].PartitionResponses[0];
        }
    }

    [SmallDiskFact]
    public async Task An_idempotent_producer_gets_through_a_full_disk_without_loss_or_double()
    {
        await using var disk = await SmallDisk.MountAsync(16);
        var data = Directory.CreateDirectory(Path.Combine(disk.Path, "data")).FullName;
        await using var broker = await LocalKafkaProcess.StartAsync(["--segment-bytes", "1048576"], data);
        await ConfluentAdmin.CreateTopicAsync(broker.BootstrapServers, "patient");
        disk.Fill(10 * Megabyte);
        var offsets = new ConcurrentDictionary<int, long>();
        var errors = new ConcurrentQueue<string>();
        using (var producer = Records.Producer(broker.BootstrapServers))
        {
            // About 8 MB into about 5: the rest waits for the room.
            for (var i = 0; i < 80; i++)
            {
                var number = i;
                producer.Produce(Records.Of("patient"), new() { Value = $"{number} {new string('x', 100_000)}" }, report =>
                {
                    if (report.Error.IsError) errors.Enqueue($"{number}: {report.Error}");
                    else offsets[number] = report.Offset.Value;
                });
            }

            await Eventually.True(() => !offsets.IsEmpty);
            producer.Flush(TimeSpan.FromSeconds(4));
            Assert.Empty(errors);
            Assert.InRange(offsets.Count, 1, 79);
            disk.Free();
            Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(60)));
        }

        Assert.Empty(errors);
        await broker.KillAsync();
        await broker.RestartAsync();
        var read = Records.Read(broker.BootstrapServers, "patient");
        Assert.Equal(Enumerable.Range(0, 80), read.Select(r => int.Parse(r.Value.Split(' ')[0])));
        Assert.All(read, (r, i) => Assert.Equal(offsets[i], r.Offset));
    }

    [SmallDiskFact]
    public async Task Groups_and_topics_are_refused_on_a_full_disk_and_work_again_with_room()
    {
        await using var disk = await SmallDisk.MountAsync(4);
        var data = Directory.CreateDirectory(Path.Combine(disk.Path, "data")).FullName;
        await using var broker = await LocalKafkaProcess.StartAsync(null, data);
        await ConfluentAdmin.CreateTopicAsync(broker.BootstrapServers, "groups");
        Records.Commit(broker.BootstrapServers, "committer", new Confluent.Kafka.TopicPartitionOffset("groups", 0, 1));
        var free = new DriveInfo(disk.Path).AvailableFreeSpace;
        disk.Fill((int)free);
        var refused = 0;
        for (var i = 0; i < 200 && refused == 0; i++)
        {
            try
            {
                await ConfluentAdmin.CreateTopicAsync(broker.BootstrapServers, $"more-{i}", 20);
            }
            catch (Confluent.Kafka.Admin.CreateTopicsException e)
            {
                output.WriteLine($"topic {i}: {e.Results[0].Error.Code} {e.Results[0].Error.Reason}");
                refused++;
            }
        }

        Assert.Equal(1, refused);
        Assert.Equal(1, Records.Committed(broker.BootstrapServers, "committer", "groups").Value);
        disk.Free();
        await ConfluentAdmin.CreateTopicAsync(broker.BootstrapServers, "after", 2);
        Records.Commit(broker.BootstrapServers, "committer", new Confluent.Kafka.TopicPartitionOffset("groups", 0, 2));
        await broker.KillAsync();
        await broker.RestartAsync();
        Assert.Equal(2, Records.Committed(broker.BootstrapServers, "committer", "groups").Value);
        await Records.WriteAsync(broker.BootstrapServers, "after", ["x"]);
    }
}
