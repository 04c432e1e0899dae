using System.Text;
using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Log;

/// <summary>The bytes on disk against vectors worked out by hand from Kafka's formats.</summary>
public sealed class FileFormatTests
{
    [Fact]
    public async Task Files_of_a_partition_are_Kafkas()
    {
        await using var bench = new LogBench { Options = new LogStoreOptions { DataDirectory = "", IndexIntervalBytes = 100 }, Config = new() { ["segment.bytes"] = "1048576" } }.Open();
        bench.Append(LogBench.Batch(2, "a", 1_000, producerId: 0x0102, epoch: 3, sequence: 0));                       // offsets 0-1
        bench.Append(LogBench.Batch(1, "b", 2_000, producerId: 0x0102, epoch: 3, sequence: 2, transactional: true));  // 2
        bench.Log.AppendMarker(0x0102, 3, commit: false, coordinatorEpoch: 7);                                        // 3
        bench.Append(LogBench.Batch(1, "c", 3_000, producerId: 0x0203, epoch: 0, sequence: 9, transactional: true));  // 4
        var now = bench.Time.NowMs;
        await bench.Store.DisposeAsync();

        var log = Read("00000000000000000000.log");
        Assert.True(RecordBatchHeader.TryRead(log, out var first));
        Assert.Equal((0, 0, 2), (first.BaseOffset, first.LeaderEpoch, first.RecordCount));
        var one = LogBench.Batch(2, "a", 1_000, producerId: 0x0102, epoch: 3, sequence: 0).Length;
        var two = LogBench.Batch(1, "b").Length;
        var marker = new TransactionMarker(false, 7).ToBatch(1, 1, 1).Length;

        // The first batch has more than 0 but less than 100 bytes before it, so that the third and the fifth get an entry: last offset, position.
        var expected = new List<byte>();
        var since = 0;
        foreach (var (offset, position, length) in new[] { (1, 0, one), (2, one, two), (3, one + two, marker), (4, one + two + marker, two) })
        {
            if (since > 100)
            {
                expected.AddRange([0, 0, 0, (byte)offset, (byte)(position >> 24), (byte)(position >> 16), (byte)(position >> 8), (byte)position]);
                since = 0;
            }
            since += length;
        }
        Assert.NotEmpty(expected);
        Assert.Equal(expected, Read("00000000000000000000.index"));

        // Largest timestamp is the marker's, the broker's clock: 1700000000000 = 0x018BCFE56800 at offset 3.
        Assert.Equal(1_700_000_000_000, now);
        Assert.Equal(Convert.FromHexString("0000018BCFE5680000000003"), Read("00000000000000000000.timeindex")[^12..]);

        // version 0, pid 0x0102, first 2, last 3 (marker), last stable offset 4.
        Assert.Equal(Convert.FromHexString("0000" + "0000000000000102" + "0000000000000002" + "0000000000000003" + "0000000000000004"), Read("00000000000000000000.txnindex"));

        var snapshot = Read("00000000000000000005.snapshot");
        Assert.Equal(10 + 2 * 46, snapshot.Length);
        Assert.Equal([0, 1], snapshot[..2]);
        Assert.Equal(Crc32C.Compute(snapshot.AsSpan(6)), System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(snapshot.AsSpan(2)));
        Assert.Equal(Convert.FromHexString("00000002"
            + "0000000000000102" + "0003" + "00000002" + "0000000000000002" + "00000000" + "0000018BCFE56800" + "00000007" + "FFFFFFFFFFFFFFFF"
            + "0000000000000203" + "0000" + "00000009" + "0000000000000004" + "00000000" + "0000018BCFE56800" + "FFFFFFFF" + "0000000000000004"), snapshot[6..]);

        Assert.Equal("0\n1\n0 0\n", Encoding.UTF8.GetString(Read("leader-epoch-checkpoint")));
        Assert.Matches("^version: 0\ntopic_id: [A-Za-z0-9_-]{22}$", Encoding.UTF8.GetString(Read("partition.metadata")));
        Assert.Equal("0\n1\nt 0 5\n", File.ReadAllText(Path.Combine(bench.Directory, "recovery-point-offset-checkpoint")));
        Assert.Equal("0\n0\n", File.ReadAllText(Path.Combine(bench.Directory, "log-start-offset-checkpoint")));
        Assert.Matches("version=1\ncluster.id=[A-Za-z0-9_-]{22}\nnode.id=0\n", File.ReadAllText(Path.Combine(bench.Directory, "meta.properties")));

        byte[] Read(string name) => File.ReadAllBytes(Path.Combine(bench.PartitionDirectory, name));
    }

    [Fact]
    public async Task Record_bytes_pass_through_untouched_but_for_offset_and_leader_epoch()
    {
        await using var bench = new LogBench().Open();
        bench.Append(LogBench.Batch(4));
        var sent = LogBench.Batch(3, new string('q', 100), producerId: 1, epoch: 0, sequence: 5);
        sent.AsSpan(12, 4).Fill(0xff); // clients write -1
        bench.Append(sent);
        var stored = LogBench.ReadBatches(bench.Log, 4).Single();
        Assert.Equal(sent[8..12], stored[8..12]);
        Assert.Equal(sent[16..], stored[16..]);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 4], stored[..8]);
        Assert.Equal([0, 0, 0, 0], stored[12..16]);
    }

    [Fact]
    public async Task LogAppendTime_stamps_the_batch_and_renews_its_checksum()
    {
        await using var bench = new LogBench { Config = new() { ["message.timestamp.type"] = "LogAppendTime" } }.Open();
        var result = bench.Append(LogBench.Batch(3, producerId: 1, epoch: 0, sequence: 0));
        Assert.Equal(bench.Time.NowMs, result.LogAppendTimeMs);
        var stored = LogBench.ReadBatches(bench.Log, 0).Single(); // checks the CRC
        Assert.All(RecordBatchReader.ReadAll(stored), r => Assert.Equal(bench.Time.NowMs, r.Timestamp));
        bench.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(result.LogAppendTimeMs, bench.Append(LogBench.Batch(3, producerId: 1, epoch: 0, sequence: 0)).LogAppendTimeMs);
    }

    [Fact]
    public async Task Batches_that_are_not_sound_are_refused_with_Kafkas_codes()
    {
        await using var bench = new LogBench { Config = new() { ["max.message.bytes"] = "500" } }.Open();
        Assert.Equal(ErrorCode.MessageTooLarge, bench.Log.Append(LogBench.Batch(1, new string('x', 500))).Error);
        Assert.Equal(ErrorCode.InvalidRecord, bench.Log.Append(default).Error);
        Assert.Equal(ErrorCode.InvalidRecord, bench.Log.Append((byte[])[.. LogBench.Batch(), .. LogBench.Batch()]).Error);
        Assert.Equal(ErrorCode.CorruptMessage, bench.Log.Append(LogBench.Batch()[..^1]).Error);
        Assert.Equal(ErrorCode.UnsupportedForMessageFormat, bench.Log.Append(Changed(16, 1)).Error);
        Assert.Equal(ErrorCode.CorruptMessage, bench.Log.Append(Changed(65, 0x7f)).Error);
        Assert.Equal(ErrorCode.CorruptMessage, bench.Log.Append(new byte[10]).Error);
        Assert.Equal(0, bench.Log.HighWatermark);

        static byte[] Changed(int at, byte value)
        {
            var batch = LogBench.Batch();
            batch[at] = value;
            return batch;
        }
    }
}
