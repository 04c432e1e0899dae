using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoAspire.LocalKafka.Tests.Log;

public sealed class TopicTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deleted_topic_stays_deleted_and_its_successor_is_fresh(bool clean)
    {
        await using var bench = new LogBench().Open();
        for (var i = 0; i < 100; i++)
            bench.Append(LogBench.Batch(producerId: 5, epoch: 0, sequence: i));
        bench.Log.DeleteRecordsBefore(50);
        await bench.Store.FlushAsync();
        var old = bench.Log;
        using var read = old.Read(60, 1 << 20, true, Isolation.ReadUncommitted);
        var woken = new Listener();
        old.OnProgress(woken);
        Assert.True(bench.Store.DeleteTopic(LogBench.TopicName));
        Assert.False(bench.Store.DeleteTopic(LogBench.TopicName));
        Assert.True(woken.Count > 0);
        Assert.Equal(read.Length, read.CopyTo(new byte[read.Length]));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, old.Append(LogBench.Batch()).Error);
        using (var late = old.Read(60, 1, true, Isolation.ReadUncommitted))
            Assert.Equal(ErrorCode.UnknownTopicOrPartition, late.Error);
        Assert.False(Directory.Exists(bench.PartitionDirectory));

        if (clean)
            await bench.ReopenCleanlyAsync();
        else
            bench.ReopenAfterCrash(); // and creates it again
        Assert.Equal((0, 0, null), (bench.Log.LogStartOffset, bench.Log.HighWatermark, bench.Log.ProducerEpoch(5)));
        Assert.Equal(0, bench.Append(LogBench.Batch(producerId: 5, epoch: 0, sequence: 77)).BaseOffset);
        bench.ReopenAfterCrash();
        Assert.Equal((0, 1), (bench.Log.LogStartOffset, bench.Log.HighWatermark));
        Assert.Empty(Directory.GetDirectories(bench.Directory, "*-delete"));
    }

    [Fact]
    public async Task Topics_partitions_and_settings_survive_a_crash()
    {
        await using var bench = new LogBench().Open();
        Assert.True(bench.Store.CreateTopic("a.b_c-d", 3, bench.Store.ParseConfig(new Dictionary<string, string> { ["retention.ms"] = "5000" }), out var topic));
        Assert.False(bench.Store.CreateTopic("a.b_c-d", 1, TopicConfig.Default, out var same));
        Assert.Equal(topic.Id, same.Id);
        Assert.Equal(5, bench.Store.AddPartitions("a.b_c-d", 5)!.Partitions.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => bench.Store.AddPartitions("a.b_c-d", 5));
        bench.Store.SetTopicConfig(LogBench.TopicName, bench.Store.ParseConfig(new Dictionary<string, string> { ["segment.ms"] = "77" }));
        bench.ReopenAfterCrash();
        Assert.True(bench.Store.TryGetTopic("a.b_c-d", out var found));
        Assert.Equal((topic.Id, 5, 5000), (found.Id, found.Partitions.Count, found.Config.RetentionMs));
        Assert.Equal(77, bench.Log.Config.SegmentMs);
        Assert.True(bench.Store.TryGetPartition("a.b_c-d", 4, out _));
        Assert.False(bench.Store.TryGetPartition("a.b_c-d", 5, out _));
        Assert.Throws<ArgumentException>(() => bench.Store.CreateTopic("../x", 1, TopicConfig.Default, out _));
    }

    [Fact]
    public async Task The_longest_topic_name_can_be_deleted()
    {
        await using var bench = new LogBench().Open();
        var name = new string('n', 249);
        bench.Store.CreateTopic(name, 1, TopicConfig.Default, out _);
        Assert.True(bench.Store.DeleteTopic(name));
    }

    [Theory]
    [InlineData("cleanup.policy", "compact")]
    [InlineData("retention.ms", "-2")]
    [InlineData("segment.bytes", "12")]
    [InlineData("max.message.bytes", "many")]
    [InlineData("message.timestamp.type", "Now")]
    [InlineData("no.such.setting", "1")]
    public async Task Settings_that_are_not_honoured_are_refused_by_name(string key, string value)
    {
        await using var bench = new LogBench().Open();
        var refused = Assert.Throws<InvalidTopicConfigException>(() => bench.Store.ParseConfig(new Dictionary<string, string> { [key] = value }));
        Assert.Equal(key, refused.Key);
        Assert.Contains(key, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_locked_data_directory_names_its_holder_and_a_dead_holders_lock_is_no_obstacle()
    {
        await using var bench = new LogBench().Open();
        var refused = Assert.Throws<DataDirectoryLockedException>(() => LogStore.Open(bench.Store.Options, null, bench.Time, NullLogger.Instance));
        Assert.Equal(Environment.ProcessId, refused.ProcessId);
        bench.Store.Abort();
        Assert.True(File.Exists(Path.Combine(bench.Directory, ".lock")));
        bench.Open();
    }

    [Theory]
    [InlineData("meta.properties", "localkafka.data.version=1", "localkafka.data.version=2")]
    [InlineData("meta.properties", "version=1\ncluster", "version=7\ncluster")]
    [InlineData("meta.properties", "localkafka.data.version=1", "")]
    [InlineData("topics.json", "\"version\": 1", "\"version\": 9")]
    [InlineData("recovery-point-offset-checkpoint", "0\n1", "4\n1")]
    public async Task Data_of_an_unknown_version_is_refused_and_left_untouched(string file, string known, string unknown)
    {
        await using var bench = new LogBench().Open();
        bench.Append(LogBench.Batch());
        await bench.Store.DisposeAsync();
        var path = Path.Combine(bench.Directory, file);
        var text = File.ReadAllText(path);
        Assert.Contains(known, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(known, unknown, StringComparison.Ordinal));
        Assert.Throws<UnknownDataVersionException>(() => bench.Open());
        Assert.True(File.Exists(Path.Combine(bench.Directory, ".kafka_cleanshutdown")));
        File.WriteAllText(path, text);
        bench.Open();
        Assert.Equal(1, bench.Log.HighWatermark);
    }

    [Fact]
    public async Task Coordinator_entries_survive_crashes_a_torn_tail_and_a_rewrite()
    {
        await using var bench = new LogBench().Open();
        var log = bench.Store.OpenCoordinatorLog("groups");
        Assert.Throws<InvalidOperationException>(() => bench.Store.OpenCoordinatorLog("groups"));
        await log.AppendAsync("one"u8.ToArray());
        await log.AppendAsync(Array.Empty<byte>());
        await log.AppendAsync("three"u8.ToArray());
        bench.Store.Abort();
        var path = Path.Combine(bench.Directory, "groups.log");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);
        Assert.Equal(["one", ""], Reopened());
        log = bench.Store.OpenCoordinatorLog("transactions");
        bench.Store.Abort();
        bench.Open();
        log = bench.Store.OpenCoordinatorLog("groups");
        await log.RewriteAsync([(ReadOnlyMemory<byte>)"two"u8.ToArray()]);
        Assert.Equal(new FileInfo(path).Length, log.Bytes);
        await log.AppendAsync("four"u8.ToArray());
        bench.Store.Abort();
        Assert.Equal(["two", "four"], Reopened());
        bench.Store.Abort();
        var frame = new byte[10];
        frame[3] = 1;
        frame[8] = 2; // version 2
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), Crc32C.Compute(frame.AsSpan(8)));
        File.WriteAllBytes(path, frame);
        Assert.Throws<UnknownDataVersionException>(Reopened);

        List<string> Reopened()
        {
            bench.Open();
            return [.. bench.Store.OpenCoordinatorLog("groups").LoadedEntries.Select(e => System.Text.Encoding.UTF8.GetString(e.Span))];
        }
    }

    internal sealed class Listener : IProgressListener
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void OnProgress(PartitionLog partition) => Interlocked.Increment(ref _count);
    }
}
