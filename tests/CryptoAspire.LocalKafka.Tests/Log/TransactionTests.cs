using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Log;

public sealed class TransactionTests
{
    private static byte[] Batch(long producer, int sequence, string value = "v", short epoch = 0) =>
        LogBench.Batch(1, value, producerId: producer, epoch: epoch, sequence: sequence, transactional: true);

    [Fact]
    public async Task The_last_stable_offset_stands_at_the_earliest_open_transaction()
    {
        await using var bench = new LogBench().Open();
        bench.Append(LogBench.Batch());                 // 0
        bench.Append(Batch(1, 0));                      // 1
        bench.Append(Batch(2, 0));                      // 2
        Assert.Equal((1, 3), (bench.Log.LastStableOffset, bench.Log.HighWatermark));
        Assert.Equal([new OpenTransaction(1, 0, 1), new OpenTransaction(2, 0, 2)], bench.Log.OpenTransactions);
        Assert.Single(LogBench.ReadValues(bench.Log, 0, Isolation.ReadCommitted));
        Assert.Equal(3, LogBench.ReadValues(bench.Log, 0).Count);
        Assert.Equal(3, bench.Log.AppendMarker(1, 0, commit: true, 0).BaseOffset);
        Assert.Equal(2, bench.Log.LastStableOffset);
        bench.Log.AppendMarker(2, 0, commit: false, 0); // 4
        Assert.Equal(5, bench.Log.LastStableOffset);
        using var read = bench.Log.Read(0, 1 << 20, true, Isolation.ReadCommitted);
        Assert.Equal([new AbortedTransaction(2, 2)], read.AbortedTransactions);
        using var uncommitted = bench.Log.Read(0, 1 << 20, true, Isolation.ReadUncommitted);
        Assert.Null(uncommitted.AbortedTransactions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Aborted_transactions_are_listed_for_just_the_range_that_overlaps_them_over_segments_and_restarts(bool clean)
    {
        await using var bench = new LogBench { Config = new() { ["segment.bytes"] = "1024" } }.Open();
        var random = new Random(5);
        var open = new Dictionary<long, (long First, int Sequence)>();
        var sequences = new Dictionary<long, int>();
        var aborted = new List<(long Producer, long First, long Last)>();
        for (var i = 0; i < 400; i++)
        {
            var producer = random.Next(1, 6);
            if (open.TryGetValue(producer, out var transaction) && random.Next(3) == 0)
            {
                var commit = random.Next(2) == 0;
                var marker = bench.Log.AppendMarker(producer, 0, commit, 0);
                open.Remove(producer);
                if (!commit)
                    aborted.Add((producer, transaction.First, marker.BaseOffset));
                continue;
            }
            var sequence = sequences.GetValueOrDefault(producer);
            var offset = bench.Append(Batch(producer, sequence)).BaseOffset;
            sequences[producer] = sequence + 1;
            open.TryAdd(producer, (offset, 0));
        }
        Check();
        if (clean)
            await bench.ReopenCleanlyAsync();
        else
            bench.ReopenAfterCrash();
        Check();
        bench.ReopenAfterCrash();
        Check();

        void Check()
        {
            var log = bench.Log;
            Assert.Equal(open.Count == 0 ? log.HighWatermark : open.Values.Min(t => t.First), log.LastStableOffset);
            Assert.Equal(open.OrderBy(t => t.Value.First).Select(t => new OpenTransaction(t.Key, 0, t.Value.First)), log.OpenTransactions);
            for (var from = 0L; from < log.LastStableOffset; from += 3)
            {
                using var read = log.Read(from, 700, true, Isolation.ReadCommitted);
                var bytes = new byte[read.Length];
                read.CopyTo(bytes);
                long to = from;
                for (var at = 0; at < bytes.Length;)
                {
                    RecordBatchHeader.TryRead(bytes.AsSpan(at), out var header);
                    at += (int)header.TotalSize;
                    to = header.NextOffset;
                }
                Assert.True(to <= log.LastStableOffset);
                Assert.Equal(
                    aborted.Where(a => a.Last >= from && a.First < to).OrderBy(a => a.First).Select(a => new AbortedTransaction(a.Producer, a.First)),
                    read.AbortedTransactions);
            }
        }
    }

    [Fact]
    public async Task A_marker_with_a_bumped_epoch_fences_the_zombie_and_a_stale_marker_is_refused()
    {
        await using var bench = new LogBench().Open();
        bench.Append(Batch(1, 0));
        Assert.Equal(ErrorCode.None, bench.Log.AppendMarker(1, 1, commit: false, coordinatorEpoch: 5).Error);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, bench.Log.Append(Batch(1, 1)).Error);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, bench.Log.AppendMarker(1, 0, commit: true, 5).Error);
        Assert.Equal(ErrorCode.TransactionCoordinatorFenced, bench.Log.AppendMarker(1, 1, commit: true, 4).Error);
        bench.Append(Batch(1, 0, epoch: 1));
        bench.ReopenAfterCrash();
        Assert.Equal(ErrorCode.InvalidProducerEpoch, bench.Log.Append(Batch(1, 1)).Error);
        Assert.Equal([new OpenTransaction(1, 1, 2)], bench.Log.OpenTransactions);
    }

    [Fact]
    public async Task A_batch_outside_its_producers_open_transaction_is_refused()
    {
        await using var bench = new LogBench().Open();
        bench.Append(Batch(1, 0));
        Assert.Equal(ErrorCode.InvalidTxnState, bench.Log.Append(LogBench.Batch(producerId: 1, epoch: 0, sequence: 1)).Error);
    }

    [Fact]
    public async Task Aborted_transactions_below_the_start_of_the_log_are_gone_and_an_open_one_there_blocks_nobody()
    {
        await using var bench = new LogBench { Config = new() { ["segment.bytes"] = "1024" } }.Open();
        bench.Append(Batch(1, 0));
        bench.Log.AppendMarker(1, 0, commit: false, 0);
        bench.Append(Batch(2, 0));
        for (var i = 0; i < 40; i++)
            bench.Append(LogBench.Batch());
        bench.Log.DeleteRecordsBefore(30);
        Assert.Equal(30, bench.Log.LastStableOffset);
        bench.Log.AppendMarker(2, 0, commit: true, 0);
        using var read = bench.Log.Read(30, 1 << 20, true, Isolation.ReadCommitted);
        Assert.Equal(bench.Log.HighWatermark, read.LastStableOffset);
        Assert.Empty(read.AbortedTransactions!);
        Assert.DoesNotContain(Directory.GetFiles(bench.PartitionDirectory), f => f.EndsWith("00000000000000000000.txnindex", StringComparison.Ordinal));
    }
}
