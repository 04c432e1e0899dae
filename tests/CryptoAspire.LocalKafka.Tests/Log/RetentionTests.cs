using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Log;

public sealed class RetentionTests
{
    [Fact]
    public async Task Retention_by_time_deletes_expired_segments_only_and_rolls_an_expired_active_one()
    {
        await using var bench = new LogBench { Config = new() { ["segment.bytes"] = "1024", ["retention.ms"] = "3600000" } }.Open();
        var start = bench.Time.NowMs;
        for (var i = 0; i < 60; i++)
        {
            bench.Append(LogBench.Batch(1, timestamp: bench.Time.NowMs));
            bench.Time.Advance(TimeSpan.FromMinutes(2));
        }
        bench.Store.RunRetention();
        var limit = bench.Time.NowMs - 3_600_000;
        var kept = LogBench.ReadBatches(bench.Log, bench.Log.LogStartOffset).Select(b => RecordBatchHeader.TryRead(b, out var h) ? h.MaxTimestamp : 0).ToList();
        Assert.True(bench.Log.LogStartOffset > 10);
        Assert.Equal(kept.Count(t => t >= limit), Enumerable.Range(0, 60).Count(i => start + i * 120_000L >= limit));
        Assert.Equal(bench.Log.LogStartOffset, long.Parse(Path.GetFileNameWithoutExtension(Directory.GetFiles(bench.PartitionDirectory, "*.log").Order().First()), System.Globalization.CultureInfo.InvariantCulture));

        bench.Time.Advance(TimeSpan.FromHours(2));
        bench.Store.RunRetention();
        Assert.Equal((60, 60, 0), (bench.Log.LogStartOffset, bench.Log.HighWatermark, bench.Log.SizeInBytes));
        bench.ReopenAfterCrash();
        Assert.Equal((60, 60), (bench.Log.LogStartOffset, bench.Log.HighWatermark));
        Assert.Equal(60, bench.Append(LogBench.Batch()).BaseOffset);
    }

    [Fact]
    public async Task Retention_by_size_keeps_at_least_the_wanted_bytes()
    {
        await using var bench = new LogBench { Config = new() { ["segment.bytes"] = "1024", ["retention.bytes"] = "5000", ["retention.ms"] = "-1" } }.Open();
        for (var i = 0; i < 200; i++)
            bench.Append(LogBench.Batch());
        bench.Store.RunRetention();
        Assert.InRange(bench.Log.SizeInBytes, 5000, 5000 + 1024);
        Assert.Equal(200 - bench.Log.LogStartOffset, LogBench.ReadValues(bench.Log, bench.Log.LogStartOffset).Count);
    }

    [Fact]
    public async Task Unlimited_retention_and_segments_with_one_young_record_stay()
    {
        await using var bench = new LogBench { Config = new() { ["retention.ms"] = "1000", ["segment.bytes"] = "1048576" } }.Open();
        bench.Append(LogBench.Batch(1, timestamp: 1));
        bench.Append(LogBench.Batch(1, timestamp: bench.Time.NowMs));
        bench.Store.RunRetention();
        Assert.Equal(0, bench.Log.LogStartOffset);
        bench.Store.SetTopicConfig(LogBench.TopicName, bench.Store.ParseConfig(new Dictionary<string, string> { ["retention.ms"] = "-1" }));
        bench.Time.Advance(TimeSpan.FromDays(400));
        bench.Store.RunRetention();
        Assert.Equal(2, LogBench.ReadValues(bench.Log, 0).Count);
    }

    [Fact]
    public async Task A_reader_keeps_a_segment_that_is_deleted_under_it()
    {
        await using var bench = new LogBench { Config = new() { ["segment.bytes"] = "1024" } }.Open();
        for (var i = 0; i < 60; i++)
            bench.Append(LogBench.Batch());
        using var read = bench.Log.Read(0, 1 << 20, true, Isolation.ReadUncommitted);
        bench.Log.DeleteRecordsBefore(-1);
        var bytes = new byte[read.Length];
        Assert.Equal(read.Length, read.CopyTo(bytes));
        Assert.True(RecordBatchHeader.TryRead(bytes, out var header) && header.BaseOffset == 0);
        using var below = bench.Log.Read(0, 1, true, Isolation.ReadUncommitted);
        Assert.Equal(ErrorCode.OffsetOutOfRange, below.Error);
    }

    [Fact]
    public async Task Offsets_are_found_by_timestamp_across_segments()
    {
        await using var bench = new LogBench { Config = new() { ["segment.bytes"] = "2048" } }.Open();
        for (var i = 0; i < 100; i++)
        {
            var batch = new RecordBatchBuilder();
            for (var r = 0; r < 3; r++)
                batch.Add(1_000 + i * 30 + r * 10, null, new byte[20]);
            bench.Append(batch.Build());
        }
        for (var restart = 0; restart < 3; restart++)
        {
            for (var ms = 990; ms <= 1_000 + 2_990; ms += 5)
            {
                var offset = Math.Max((ms - 1_000 + 9) / 10, 0);
                Assert.Equal((offset, 1_000L + offset * 10), bench.Log.OffsetForTimestamp(ms));
            }
            Assert.Equal((-1L, -1L), bench.Log.OffsetForTimestamp(4_000));
            if (restart == 0)
                await bench.ReopenCleanlyAsync();
            else
                bench.ReopenAfterCrash();
        }
        bench.Log.DeleteRecordsBefore(50);
        Assert.Equal((50L, 1_500L), bench.Log.OffsetForTimestamp(0));
    }
}
