using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Log;

public sealed class ProducerStateTests
{
    private static byte[] Batch(int sequence, int records = 1, short epoch = 0, long producer = 9) => LogBench.Batch(records, producerId: producer, epoch: epoch, sequence: sequence);

    [Fact]
    public async Task A_retry_of_one_of_the_last_five_batches_succeeds_with_the_original_offset_and_an_older_one_is_out_of_order()
    {
        await using var bench = new LogBench().Open();
        for (var i = 0; i < 10; i++)
            bench.Append(Batch(i * 2, 2));
        for (var i = 5; i < 10; i++)
        {
            var retry = bench.Append(Batch(i * 2, 2));
            Assert.Equal((i * 2, true), (retry.BaseOffset, retry.IsDuplicate));
        }
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, bench.Log.Append(Batch(8, 2)).Error);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, bench.Log.Append(Batch(21)).Error);
        Assert.Equal(20, bench.Log.HighWatermark);
    }

    [Fact]
    public async Task Lower_epochs_are_fenced_before_sequences_are_looked_at_and_a_new_epoch_starts_at_zero()
    {
        await using var bench = new LogBench().Open();
        bench.Append(Batch(0, epoch: 3));
        Assert.Equal(ErrorCode.InvalidProducerEpoch, bench.Log.Append(Batch(77, epoch: 2)).Error);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, bench.Log.Append(Batch(1, epoch: 4)).Error);
        bench.Append(Batch(0, epoch: 4));
        Assert.Equal(ErrorCode.InvalidProducerEpoch, bench.Log.Append(Batch(1, epoch: 3)).Error);
        Assert.Equal((short)4, bench.Log.ProducerEpoch(9));
    }

    [Fact]
    public async Task Sequences_wrap_after_2_147_483_647()
    {
        await using var bench = new LogBench().Open();
        bench.Append(Batch(int.MaxValue - 2, 2)); // empty state: any sequence is accepted
        var over = bench.Append(Batch(int.MaxValue, 3)); // 2147483647, 0, 1
        Assert.Equal(over.BaseOffset, bench.Append(Batch(int.MaxValue, 3)).BaseOffset);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, bench.Log.Append(Batch(0)).Error);
        bench.Append(Batch(2));
        bench.Append(Batch(3, producer: 10));
        await bench.ReopenCleanlyAsync();
        Assert.True(bench.Append(Batch(int.MaxValue, 3)).IsDuplicate);
        bench.Append(Batch(3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_window_of_five_batches_survives_a_restart_also_behind_a_roll(bool clean)
    {
        await using var bench = new LogBench { Config = new() { ["segment.bytes"] = "1024" } }.Open();
        for (var i = 0; i < 40; i++)
        {
            bench.Append(Batch(i));
            bench.Append(Batch(i, producer: 11));
        }
        if (clean)
            await bench.ReopenCleanlyAsync();
        else
        {
            await bench.Store.FlushAsync();
            bench.ReopenAfterCrash();
        }
        for (var i = 35; i < 40; i++)
        {
            Assert.Equal(i * 2, bench.Append(Batch(i)).BaseOffset);
            Assert.Equal(i * 2 + 1, bench.Append(Batch(i, producer: 11)).BaseOffset);
        }
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, bench.Log.Append(Batch(34)).Error);
        Assert.Equal(80, bench.Append(Batch(40)).BaseOffset);
    }

    [Fact]
    public async Task A_corrupt_snapshot_is_replaced_by_the_log()
    {
        await using var bench = new LogBench { Config = new() { ["segment.bytes"] = "1024" } }.Open();
        for (var i = 0; i < 40; i++)
            bench.Append(Batch(i));
        await bench.Store.DisposeAsync();
        foreach (var file in Directory.GetFiles(bench.PartitionDirectory, "*.snapshot"))
            File.WriteAllBytes(file, [.. File.ReadAllBytes(file)[..^1], 0x55]);
        bench.Open();
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, bench.Log.Append(Batch(41)).Error);
        Assert.True(bench.Append(Batch(36)).IsDuplicate);
        bench.Append(Batch(40));
    }

    [Fact]
    public async Task Silent_producers_are_forgotten_after_a_day_unless_their_transaction_is_open()
    {
        await using var bench = new LogBench().Open();
        bench.Append(Batch(0));
        bench.Append(LogBench.Batch(producerId: 12, epoch: 0, sequence: 0, transactional: true));
        bench.Time.Advance(TimeSpan.FromHours(23));
        bench.Append(Batch(0, producer: 13));
        bench.Store.RunRetention();
        Assert.Equal(3, bench.Log.ProducerCount);
        bench.Time.Advance(TimeSpan.FromHours(2));
        bench.Store.RunRetention();
        Assert.Equal((null, (short)0, (short)0), (bench.Log.ProducerEpoch(9), bench.Log.ProducerEpoch(12), bench.Log.ProducerEpoch(13)));
        bench.Append(Batch(500)); // unknown again: any sequence
    }

    [Fact]
    public async Task Contradicting_producer_fields_and_control_batches_of_clients_are_refused()
    {
        await using var bench = new LogBench().Open();
        Assert.Equal(ErrorCode.InvalidRecord, bench.Log.Append(LogBench.Batch(producerId: 1, epoch: -1, sequence: 0)).Error);
        Assert.Equal(ErrorCode.InvalidRecord, bench.Log.Append(LogBench.Batch(producerId: 1, epoch: 0, sequence: -1)).Error);
        Assert.Equal(ErrorCode.InvalidRecord, bench.Log.Append(LogBench.Batch(transactional: true)).Error);
        Assert.Equal(ErrorCode.InvalidRecord, bench.Log.Append(new TransactionMarker(true, 0).ToBatch(1, 0, 5)).Error);
        Assert.Equal(0, bench.Log.HighWatermark);
    }
}
