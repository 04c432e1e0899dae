using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Log;

public sealed class RecoveryTests
{
    [Fact]
    public async Task A_tail_torn_at_any_byte_of_the_last_batch_is_cut_off()
    {
        await using var bench = new LogBench().Open();
        for (var i = 0; i < 5; i++)
            bench.Append(LogBench.Batch(2, $"v{i}-"));
        var whole = File.ReadAllBytes(LogFile(bench, 0));
        var last = LogBench.Batch(2, "v4-").Length;
        for (var cut = 0; cut <= last; cut++)
        {
            bench.Store.Abort();
            File.WriteAllBytes(LogFile(bench, 0), whole[..^cut]);
            bench.Open();
            Assert.Equal(cut == 0 ? 10 : 8, bench.Log.HighWatermark);
            Assert.Equal(cut == 0 || cut == last ? 0 : last - cut, bench.Store.Recovery.BytesTruncated);
            Assert.Equal(cut == 0 ? 10 : 8, LogBench.ReadValues(bench.Log, 0).Count);
        }
        Assert.Equal(8, bench.Append(LogBench.Batch()).BaseOffset);
    }

    [Theory]
    [InlineData(16)]   // magic
    [InlineData(18)]   // checksum
    [InlineData(25)]   // covered by the checksum
    [InlineData(9)]    // length
    [InlineData(70)]   // a record
    public async Task A_corrupt_batch_beyond_the_recovery_point_ends_the_log(int at)
    {
        await using var bench = new LogBench().Open();
        for (var i = 0; i < 10; i++)
            bench.Append(LogBench.Batch(2));
        bench.Store.Abort();
        var bytes = File.ReadAllBytes(LogFile(bench, 0));
        var length = bytes.Length / 10;
        bytes[5 * length + at] ^= 0x41;
        File.WriteAllBytes(LogFile(bench, 0), bytes);
        bench.Open();
        Assert.Equal(10, bench.Log.HighWatermark);
        Assert.Equal(5 * length, bench.Store.Recovery.BytesTruncated);
        Assert.Equal(10, LogBench.ReadValues(bench.Log, 0).Count);
    }

    [Fact]
    public async Task A_corrupt_batch_in_an_earlier_unflushed_segment_drops_the_segments_behind_it()
    {
        await using var bench = new LogBench { Config = new() { ["segment.bytes"] = "1024" } }.Open();
        bench.Store.Abort(); // the recovery point stays 0: whatever the flush thread does now is not saved
        bench.Open();
        for (var i = 0; i < 60; i++)
            bench.Append(LogBench.Batch(2));
        bench.Store.Abort();
        var bytes = File.ReadAllBytes(LogFile(bench, 0));
        bytes[^1] ^= 1;
        File.WriteAllBytes(LogFile(bench, 0), bytes);
        bench.Open();
        Assert.True(bench.Log.HighWatermark < 30);
        Assert.Equal(1, bench.Log.SegmentCount);
        Assert.Single(Directory.GetFiles(bench.PartitionDirectory, "*.log"));
        Assert.Equal(bench.Log.HighWatermark, LogBench.ReadValues(bench.Log, 0).Count);
    }

    [Fact]
    public async Task A_tail_of_zeros_is_cut_off()
    {
        await using var bench = new LogBench().Open();
        bench.Append(LogBench.Batch(3));
        bench.Store.Abort();
        using (var file = File.OpenWrite(LogFile(bench, 0)))
            file.SetLength(file.Length + 4096);
        bench.Open();
        Assert.Equal(3, bench.Log.HighWatermark);
        Assert.Equal(4096, bench.Store.Recovery.BytesTruncated);
    }

    [Theory]
    [InlineData("index")]
    [InlineData("timeindex")]
    [InlineData("txnindex")]
    public async Task Indexes_that_are_missing_torn_or_wrong_are_rebuilt(string extension)
    {
        await using var bench = new LogBench { Config = new() { ["segment.bytes"] = "2048" } }.Open();
        for (var i = 0; i < 100; i++)
            bench.Append(LogBench.Batch(2, $"v{i}-", 1_000 + i, 1, 0, i * 2, transactional: true));
        bench.Log.AppendMarker(1, 0, commit: false, 0);
        await bench.ReopenCleanlyAsync();
        await bench.Store.DisposeAsync();
        var files = Directory.GetFiles(bench.PartitionDirectory, $"*.{extension}").Order().ToList();
        var original = files.ToDictionary(f => f, File.ReadAllBytes);
        Assert.True(files.Count > 2);
        foreach (var damage in new Action<string>[]
        {
            File.Delete,
            f => File.WriteAllBytes(f, [.. original[f], 1, 2, 3]),
            f => File.WriteAllBytes(f, Enumerable.Repeat((byte)0xff, 680).ToArray()),
            f => File.WriteAllBytes(f, extension == "txnindex" ? [0, 9, .. new byte[32]] : new byte[240]),
        })
        {
            foreach (var file in files)
                damage(file);
            bench.Open();
            Assert.True(bench.Store.Recovery.RebuiltIndexes > 0);
            Assert.Equal(200, LogBench.ReadValues(bench.Log, 0).Count);
            Assert.Equal((100L, 1_050L), bench.Log.OffsetForTimestamp(1_050));
            using (var read = bench.Log.Read(0, 1 << 20, true, Isolation.ReadCommitted))
                Assert.Equal([new AbortedTransaction(1, 0)], read.AbortedTransactions);
            await bench.Store.DisposeAsync();
            foreach (var file in files)
                Assert.Equal(original[file], File.ReadAllBytes(file));
        }
        bench.Open();
    }

    [Fact]
    public async Task An_offset_index_cut_short_is_noticed()
    {
        await using var bench = new LogBench { Config = new() { ["segment.bytes"] = "8192" } }.Open();
        for (var i = 0; i < 200; i++)
            bench.Append(LogBench.Batch(2));
        await bench.Store.DisposeAsync();
        var file = Directory.GetFiles(bench.PartitionDirectory, "*.index").Order().First();
        var original = File.ReadAllBytes(file);
        File.WriteAllBytes(file, original[..8]);
        bench.Open();
        Assert.Equal(1, bench.Store.Recovery.RebuiltIndexes);
        await bench.Store.DisposeAsync();
        Assert.Equal(original, File.ReadAllBytes(file));
        bench.Open();
    }

    [Fact]
    public async Task An_index_entry_that_lies_in_the_middle_is_repaired_when_it_is_met()
    {
        await using var bench = new LogBench { Config = new() { ["segment.bytes"] = "8192" } }.Open();
        for (var i = 0; i < 300; i++)
            bench.Append(LogBench.Batch(2));
        await bench.Store.DisposeAsync();
        var file = Directory.GetFiles(bench.PartitionDirectory, "*.index").Order().First();
        var original = File.ReadAllBytes(file);
        var wrong = original.ToArray();
        wrong[8 * 5 + 7] += 1; // position of the sixth entry, still ascending
        File.WriteAllBytes(file, wrong);
        bench.Open();
        for (var offset = 0; offset < 600; offset++)
        {
            using var read = bench.Log.Read(offset, 1, true, Isolation.ReadUncommitted);
            Assert.Equal(ErrorCode.None, read.Error);
            var bytes = new byte[read.Length];
            read.CopyTo(bytes);
            Assert.True(RecordBatchHeader.TryRead(bytes, out var header) && header.BaseOffset == offset / 2 * 2);
        }
        Assert.Equal(original, File.ReadAllBytes(file));
    }

    [Fact]
    public async Task A_closed_segment_cut_short_leaves_a_gap_and_keeps_what_follows()
    {
        await using var bench = new LogBench { Config = new() { ["segment.bytes"] = "1024" } }.Open();
        for (var i = 0; i < 60; i++)
            bench.Append(LogBench.Batch(2));
        await bench.Store.DisposeAsync();
        using (var file = File.OpenWrite(LogFile(bench, 0)))
            file.SetLength(file.Length - 5);
        bench.Open();
        Assert.Equal(120, bench.Log.HighWatermark);
        Assert.True(bench.Store.Recovery.BytesTruncated > 0);
        Assert.Contains(bench.Store.Recovery.Findings, f => f.Contains("missing", StringComparison.Ordinal));
        Assert.Equal(118, LogBench.ReadValues(bench.Log, 0).Count);
    }

    [Fact]
    public async Task The_start_of_the_log_survives_a_crash()
    {
        await using var bench = new LogBench { Config = new() { ["segment.bytes"] = "1024" } }.Open();
        for (var i = 0; i < 60; i++)
            bench.Append(LogBench.Batch(2));
        Assert.Equal((ErrorCode.None, 41L), bench.Log.DeleteRecordsBefore(41));
        bench.ReopenAfterCrash();
        Assert.Equal(41, bench.Log.LogStartOffset);
        Assert.Equal(79, LogBench.ReadValues(bench.Log, 41).Count);
        Assert.Equal((ErrorCode.None, 120L), bench.Log.DeleteRecordsBefore(-1));
        bench.ReopenAfterCrash();
        Assert.Equal((120L, 120L), (bench.Log.LogStartOffset, bench.Log.HighWatermark));
        Assert.Equal(0, bench.Log.SizeInBytes);
        Assert.Equal(120, bench.Append(LogBench.Batch()).BaseOffset);
    }

    [Fact]
    public async Task After_a_clean_shutdown_nothing_is_scanned_and_the_marker_is_gone()
    {
        await using var bench = new LogBench().Open();
        for (var i = 0; i < 100; i++)
            bench.Append(LogBench.Batch(2));
        await bench.Store.DisposeAsync();
        Assert.True(File.Exists(Path.Combine(bench.Directory, ".kafka_cleanshutdown")));
        bench.Open();
        Assert.False(File.Exists(Path.Combine(bench.Directory, ".kafka_cleanshutdown")));
        Assert.True(bench.Store.Recovery is { Clean: true, BytesScanned: 0, Partitions: 1 });
    }

    private static string LogFile(LogBench bench, long offset) => Path.Combine(bench.PartitionDirectory, $"{offset:D20}.log");
}
