using Confluent.Kafka;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Tests.Scenarios;
using CryptoAspire.Testing;

namespace CryptoAspire.LocalKafka.Tests.Durability;

/// <summary>A killed broker, a data directory that was damaged meanwhile, and what the next start makes of it.</summary>
public sealed class LogRecoveryTests
{
    // With this the recovery point stays at 0 and the whole log is looked at after a crash.
    private static readonly string[] s_neverFlushed = ["--flush-interval-ms", "3600000"];

    private static string[] LogFiles(LocalKafkaProcess broker, string topic) =>
        [.. Directory.GetFiles(Path.Combine(broker.DataDirectory, $"{topic}-0"), "*.log").Order(StringComparer.Ordinal)];

    /// <summary>Where each batch of a log file begins, and the file's length at the end.</summary>
    private static List<int> BatchPositions(byte[] log)
    {
        var positions = new List<int> { 0 };
        for (var at = 0; at < log.Length && RecordBatchHeader.TryRead(log.AsSpan(at), out var header) && header.TotalSize > 0; positions.Add(at)) at += (int)header.TotalSize;
        return positions;
    }

    private static async Task<LocalKafkaProcess> StartWithAsync(string topic, int records, params string[] arguments)
    {
        var broker = await LocalKafkaProcess.StartAsync(arguments);
        await ConfluentAdmin.CreateTopicAsync(broker.BootstrapServers, topic);
        await Records.WriteAsync(broker.BootstrapServers, topic, Records.Numbered(records));
        return broker;
    }

    private static async Task AssertLogAsync(LocalKafkaProcess broker, string topic, int records)
    {
        Assert.Equal(Records.Numbered(records).Select((value, i) => ((long)i, value)), Records.Read(broker.BootstrapServers, topic));
        await Records.WriteAsync(broker.BootstrapServers, topic, Records.Numbered(3, records));
        Assert.Equal(Records.Numbered(records + 3).Select((value, i) => ((long)i, value)), Records.Read(broker.BootstrapServers, topic));
    }

    [Fact]
    public async Task Synced_writes_are_there_after_a_crash()
    {
        await using var broker = await StartWithAsync("synced", 40, "--flush", "always");
        await broker.KillAsync();
        await broker.RestartAsync();
        await AssertLogAsync(broker, "synced", 40);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(13)]
    [InlineData(19)]
    public async Task A_batch_with_a_wrong_checksum_ends_the_log_there(int broken)
    {
        await using var broker = await StartWithAsync("crc", 20, s_neverFlushed);
        await broker.KillAsync();
        var file = LogFiles(broker, "crc").Single();
        var bytes = await File.ReadAllBytesAsync(file);
        var positions = BatchPositions(bytes);
        Assert.Equal(21, positions.Count);
        bytes[positions[broken + 1] - 3] ^= 0x10;
        await File.WriteAllBytesAsync(file, bytes);
        await broker.RestartAsync();
        await AssertLogAsync(broker, "crc", broken);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task A_segment_cut_inside_its_last_batch_loses_that_batch_only(int missing)
    {
        await using var broker = await StartWithAsync("cut", 10, s_neverFlushed);
        await broker.KillAsync();
        var file = LogFiles(broker, "cut").Single();
        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file))[..^missing]);
        await broker.RestartAsync();
        await AssertLogAsync(broker, "cut", 9);
    }

    [Fact]
    public async Task A_tail_of_zeros_as_power_cuts_leave_it_is_cut_off()
    {
        await using var broker = await StartWithAsync("zeros", 10, s_neverFlushed);
        await broker.KillAsync();
        await File.AppendAllBytesAsync(LogFiles(broker, "zeros").Single(), new byte[5_000]);
        await broker.RestartAsync();
        await AssertLogAsync(broker, "zeros", 10);
    }

    [Fact]
    public async Task A_log_of_many_segments_survives_and_missing_or_damaged_indexes_are_built_anew()
    {
        await using var broker = await LocalKafkaProcess.StartAsync(["--flush-interval-ms", "50"]);
        await ConfluentAdmin.CreateTopicAsync(broker.BootstrapServers, "rolled", configs: new() { ["segment.bytes"] = "4096" });
        var values = Enumerable.Range(0, 60).Select(i => $"{i} {new string('x', 300)}").ToList();
        await Records.WriteAsync(broker.BootstrapServers, "rolled", values);
        await Task.Delay(300);
        await broker.KillAsync();
        Assert.InRange(LogFiles(broker, "rolled").Length, 4, 60);
        var directory = Path.Combine(broker.DataDirectory, "rolled-0");
        var indexes = Directory.GetFiles(directory, "*.index").Order(StringComparer.Ordinal).ToArray();
        var times = Directory.GetFiles(directory, "*.timeindex").Order(StringComparer.Ordinal).ToArray();
        File.Delete(indexes[0]);
        await File.WriteAllBytesAsync(indexes[1], [1, 2, 3]);
        await File.WriteAllBytesAsync(indexes[2], [.. Enumerable.Repeat((byte)0xff, 80)]);
        File.Delete(times[1]);
        await broker.RestartAsync();
        Assert.Equal(values.Select((value, i) => ((long)i, value)), Records.Read(broker.BootstrapServers, "rolled"));
        foreach (var from in (int[])[1, 9, 10, 17, 25, 33, 59]) Assert.Equal(values[from], Records.Read(broker.BootstrapServers, "rolled", from: from)[0].Value);
        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig { BootstrapServers = broker.BootstrapServers, GroupId = "times" }).Build();
        Assert.Equal(0, consumer.OffsetsForTimes([new(Records.Of("rolled"), new Timestamp(1, TimestampType.CreateTime))], TimeSpan.FromSeconds(20)).Single().Offset.Value);
        await Records.WriteAsync(broker.BootstrapServers, "rolled", ["more"]);
        Assert.Equal((60, "more"), Records.Read(broker.BootstrapServers, "rolled")[^1]);
    }

    [Fact]
    public async Task A_clean_stop_leaves_nothing_to_recover()
    {
        await using var broker = await StartWithAsync("clean", 25);
        Assert.True(await broker.StopAsync(), "the broker had to be killed");
        Assert.Equal(0, broker.ExitCode);
        await broker.RestartAsync();
        await AssertLogAsync(broker, "clean", 25);
    }
}
