using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Log;

public sealed class AppendAndReadTests
{
    [Fact]
    public async Task Batches_get_consecutive_offsets_and_are_read_back_over_segments_clean_and_unclean_restarts()
    {
        await using var bench = new LogBench().Open();
        var expected = new List<(long, string)>();
        for (var i = 0; i < 200; i++)
        {
            var result = bench.Append(LogBench.Batch(3, $"v{i}-"));
            Assert.Equal(i * 3, result.BaseOffset);
            Assert.Equal(-1, result.LogAppendTimeMs);
            expected.AddRange(Enumerable.Range(0, 3).Select(r => ((long)i * 3 + r, $"v{i}-{r}")));
        }
        Assert.True(bench.Log.SegmentCount > 3);
        Assert.Equal(expected, LogBench.ReadValues(bench.Log, 0));

        await bench.ReopenCleanlyAsync();
        Assert.True(bench.Store.Recovery.Clean);
        Assert.Equal(0, bench.Store.Recovery.BytesScanned);
        Assert.Equal(expected, LogBench.ReadValues(bench.Log, 0));

        bench.ReopenAfterCrash();
        Assert.False(bench.Store.Recovery.Clean);
        Assert.Equal(0, bench.Store.Recovery.BytesTruncated);
        Assert.Equal(expected, LogBench.ReadValues(bench.Log, 0));
        Assert.Equal(600, bench.Append(LogBench.Batch()).BaseOffset);
    }

    [Fact]
    public async Task A_read_in_the_middle_of_a_batch_returns_the_whole_batch()
    {
        await using var bench = new LogBench().Open();
        for (var i = 0; i < 50; i++)
            bench.Append(LogBench.Batch(10));
        for (var offset = 0; offset < 500; offset++)
        {
            using var read = bench.Log.Read(offset, 1, atLeastOneBatch: true, Isolation.ReadUncommitted);
            var bytes = new byte[read.Length];
            Assert.Equal(bytes.Length, read.CopyTo(bytes));
            Assert.Equal(RecordBatchProblem.None, RecordBatch.Validate(bytes, out var header));
            Assert.Equal(offset / 10 * 10, header.BaseOffset);
        }
    }
}
