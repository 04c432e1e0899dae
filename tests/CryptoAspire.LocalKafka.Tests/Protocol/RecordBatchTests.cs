using System.Text;
using CryptoAspire.LocalKafka.Protocol;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.LocalKafka.Tests.Protocol;

public sealed class RecordBatchTests
{
    /// <summary>Three records as kafka-python 2.0.2 encodes them (DefaultRecordBatchBuilder, producer 0x1122334455667788, epoch 7, sequence 41).</summary>
    private const string FromKafkaPython =
        "00000000000000000000005a0000000002a6f320d200100000000200000174876e800000000174876e8005112233445566778800070000002900000003" +
        "320000000e4254432d5553440a68656c6c6f0402680231026e010c000a020100000e001304026b0100";

    private static readonly Arbitrary<int> s_seeds = Gen.Choose(int.MinValue, int.MaxValue).ToArbitrary();

    [Fact]
    public void Crc32C_has_the_published_check_value() => Assert.Equal(0xe3069283u, Crc32C.Compute("123456789"u8));

    [Fact]
    public void Crc32C_is_the_same_bit_by_bit_and_in_pieces() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(s_seeds, seed =>
    {
        var random = new RandomMessages(seed);
        var data = random.Bytes(random.Random.Next(100));
        var cut = random.Random.Next(data.Length + 1);
        Assert.Equal(BitwiseCrc(data), Crc32C.Compute(data));
        Assert.Equal(Crc32C.Compute(data), Crc32C.Append(Crc32C.Compute(data.AsSpan(0, cut)), data.AsSpan(cut)));
    }));

    [Fact]
    public void A_batch_of_another_client_is_read()
    {
        var batch = Convert.FromHexString(FromKafkaPython);
        Assert.Equal(RecordBatchProblem.None, RecordBatch.Validate(batch, out var header));
        Assert.Equal((0L, 90, 0, (sbyte)2), (header.BaseOffset, header.Length, header.LeaderEpoch, header.Magic));
        Assert.Equal((0xa6f320d2u, (short)0x10, 2, 3), (header.Crc, header.Attributes, header.LastOffsetDelta, header.RecordCount));
        Assert.Equal((1_600_000_000_000, 1_600_000_000_005), (header.BaseTimestamp, header.MaxTimestamp));
        Assert.Equal((0x1122334455667788, (short)7, 41, 43), (header.ProducerId, header.ProducerEpoch, header.BaseSequence, header.LastSequence));
        Assert.True(header.IsTransactional && header.IsIdempotent && !header.IsControl && !header.IsLogAppendTime);
        Assert.Equal((CompressionType.None, 102L, 2L, 3L), (header.Compression, header.TotalSize, header.LastOffset, header.NextOffset));

        var records = RecordBatchReader.ReadAll(batch);
        Assert.Equal(["0 1600000000000 BTC-USD hello h=1 n=null", "1 1600000000005 null ", "2 1599999999990 k null"], records.Select(Show));
    }

    [Fact]
    public void The_builder_writes_what_another_client_writes()
    {
        var builder = new RecordBatchBuilder
        {
            ProducerId = 0x1122334455667788, ProducerEpoch = 7, BaseSequence = 41, IsTransactional = true,
        };
        builder.Add(1_600_000_000_000, "BTC-USD"u8.ToArray(), "hello"u8.ToArray(), [new("h", "1"u8.ToArray()), new("n", null)]);
        builder.Add(1_600_000_000_005, null, ReadOnlyMemory<byte>.Empty);
        builder.Add(1_599_999_999_990, "k"u8.ToArray(), null);
        Assert.Equal(FromKafkaPython, Convert.ToHexStringLower(builder.Build()));
    }

    [Fact]
    public void What_is_built_is_read_again() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(s_seeds, seed =>
    {
        var (builder, expected) = RandomBatch(new RandomMessages(seed));
        var batch = builder.Build();
        Assert.Equal(RecordBatchProblem.None, RecordBatch.Validate(batch, out var header));
        Assert.Equal((builder.BaseOffset, builder.LeaderEpoch), (header.BaseOffset, header.LeaderEpoch));
        Assert.Equal((builder.ProducerId, builder.ProducerEpoch, builder.BaseSequence), (header.ProducerId, header.ProducerEpoch, header.BaseSequence));
        Assert.Equal((builder.IsTransactional, builder.IsControl), (header.IsTransactional, header.IsControl));
        Assert.Equal(expected.Max(r => r.Timestamp), header.MaxTimestamp);
        Assert.Equal(expected.Select(Show), RecordBatchReader.ReadAll(batch).Select(Show));
    }));

    [Fact]
    public void Any_changed_bit_behind_the_checksum_is_noticed()
    {
        var batch = Convert.FromHexString(FromKafkaPython);
        for (var bit = 16 * 8; bit < batch.Length * 8; bit++)
        {
            batch[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(RecordBatchProblem.None, RecordBatch.Validate(batch, out _));
            batch[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Numbering_a_batch_leaves_its_checksum_alone()
    {
        var batch = Convert.FromHexString(FromKafkaPython);
        RecordBatch.Assign(batch, 1_000_000_000_007, 3);
        Assert.Equal(RecordBatchProblem.None, RecordBatch.Validate(batch, out var header));
        Assert.Equal((1_000_000_000_007, 3, 1_000_000_000_009), (header.BaseOffset, header.LeaderEpoch, header.LastOffset));
        Assert.Equal(1_000_000_000_009, RecordBatchReader.ReadAll(batch)[2].Offset);
    }

    [Fact]
    public void Log_append_time_replaces_every_timestamp_and_renews_the_checksum()
    {
        var batch = Convert.FromHexString(FromKafkaPython);
        RecordBatch.SetLogAppendTime(batch, 1_700_000_000_000);
        Assert.Equal(RecordBatchProblem.None, RecordBatch.Validate(batch, out var header));
        Assert.True(header.IsLogAppendTime && header.IsTransactional);
        Assert.All(RecordBatchReader.ReadAll(batch), record => Assert.Equal(1_700_000_000_000, record.Timestamp));
    }

    [Fact]
    public void Problems_are_told_apart()
    {
        var good = Convert.FromHexString(FromKafkaPython);
        Assert.Equal(RecordBatchProblem.TooShort, RecordBatch.Validate([], out _));
        Assert.Equal(RecordBatchProblem.TooShort, RecordBatch.Validate(good.AsSpan(0, 60), out _));
        Assert.Equal(RecordBatchProblem.WrongLength, RecordBatch.Validate(good.AsSpan(0, 101), out _));
        Assert.Equal(RecordBatchProblem.WrongLength, RecordBatch.Validate([.. good, 0], out _));
        Assert.Equal(RecordBatchProblem.UnsupportedMagic, RecordBatch.Validate(Changed(b => b[16] = 1), out _));
        Assert.Equal(RecordBatchProblem.UnsupportedMagic, RecordBatch.Validate(Changed(b => b[16] = 0).AsSpan(0, 34), out _));
        Assert.Equal(RecordBatchProblem.WrongCrc, RecordBatch.Validate(Changed(b => b[17] ^= 1), out _));
        Assert.Equal(RecordBatchProblem.WrongRecordCount, RecordBatch.Validate(Resealed(b => b[60] = 2), out _));
        Assert.Equal(RecordBatchProblem.WrongRecordCount, RecordBatch.Validate(Resealed(b => b.AsSpan(57, 4).Clear()), out _));
        Assert.Equal(RecordBatchProblem.UnknownCompression, RecordBatch.Validate(Resealed(b => b[22] |= 5), out _));
        Assert.Equal(RecordBatchProblem.None, RecordBatch.Validate(Resealed(b => b[22] |= 4), out var zstd));
        Assert.Equal(CompressionType.Zstd, zstd.Compression);
    }

    [Fact]
    public void Sequence_numbers_wrap_after_the_largest_int()
    {
        var batch = new RecordBatchBuilder { ProducerId = 1, ProducerEpoch = 0, BaseSequence = int.MaxValue - 1 }
            .Add(0, null, null).Add(0, null, null).Add(0, null, null).Build();
        RecordBatchHeader.TryRead(batch, out var header);
        Assert.Equal(0, header.LastSequence);
    }

    [Theory]
    [InlineData(true, "0001")]
    [InlineData(false, "0000")]
    public void A_transaction_marker_is_one_control_record(bool commit, string type)
    {
        var batch = new TransactionMarker(commit, 9).ToBatch(producerId: 1000, producerEpoch: 2, timestamp: 1_600_000_000_000);
        Assert.Equal(RecordBatchProblem.None, RecordBatch.Validate(batch, out var header));
        Assert.Equal((0x30, 1, 1000L, (short)2, -1), (header.Attributes, header.RecordCount, header.ProducerId, header.ProducerEpoch, header.BaseSequence));
        var record = Assert.Single(RecordBatchReader.ReadAll(batch));
        Assert.Equal("0000" + type, Convert.ToHexString(record.Key!.Value.Span));
        Assert.Equal("000000000009", Convert.ToHexString(record.Value!.Value.Span));
        Assert.True(TransactionMarker.TryRead(batch, out var marker));
        Assert.Equal(new TransactionMarker(commit, 9), marker);
        Assert.False(TransactionMarker.TryRead(Convert.FromHexString(FromKafkaPython), out _));
    }

    [Fact]
    public void Damaged_records_are_refused_and_never_read_beyond_the_batch() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1500), Prop.ForAll(s_seeds, seed =>
    {
        var random = new RandomMessages(seed);
        var damaged = random.Mutate(RandomBatch(random).Builder.Build());
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            RecordBatchReader.ReadAll(damaged);
        }
        catch (Exception refusal) when (refusal is ProtocolException or NotSupportedException)
        {
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000 + (damaged.Length * 100));
    }));

    [Fact]
    public void An_empty_batch_is_not_built() => Assert.Throws<InvalidOperationException>(() => new RecordBatchBuilder().Build());

    private static (RecordBatchBuilder Builder, List<KafkaRecord> Records) RandomBatch(RandomMessages random)
    {
        var builder = new RecordBatchBuilder
        {
            BaseOffset = random.Random.NextInt64(1L << 40), LeaderEpoch = random.Random.Next(), ProducerId = random.Random.NextInt64(-1, 1L << 50),
            ProducerEpoch = (short)random.Random.Next(100), BaseSequence = random.Random.Next(),
            IsTransactional = random.Random.Next(2) == 0, IsControl = random.Random.Next(2) == 0,
        };
        var records = new List<KafkaRecord>();
        for (var i = random.Random.Next(1, 20); i > 0; i--)
        {
            var headers = Enumerable.Range(0, random.Random.Next(3)).Select(_ => new RecordHeader(random.Name(), Maybe(random))).ToArray();
            var record = new KafkaRecord(builder.BaseOffset + records.Count, random.Random.NextInt64(-1, 1L << 45), Maybe(random), Maybe(random), headers);
            builder.Add(record.Timestamp, record.Key, record.Value, headers);
            records.Add(record);
        }
        return (builder, records);
    }

    private static ReadOnlyMemory<byte>? Maybe(RandomMessages random)
    {
        if (random.Random.Next(4) == 0) return null;
        return random.Bytes(random.Random.Next(200));
    }

    private static string Show(KafkaRecord record) => string.Join(' ',
    [
        $"{record.Offset} {record.Timestamp} {Show(record.Key)} {Show(record.Value)}",
        .. record.Headers.Select(h => $"{h.Key}={Show(h.Value)}"),
    ]);

    private static string Show(ReadOnlyMemory<byte>? bytes) => bytes is { } present ? Encoding.Latin1.GetString(present.Span) : "null";

    private static byte[] Changed(Action<byte[]> change)
    {
        var batch = Convert.FromHexString(FromKafkaPython);
        change(batch);
        return batch;
    }

    private static byte[] Resealed(Action<byte[]> change)
    {
        var batch = Changed(change);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(17), RecordBatch.ComputeCrc(batch));
        return batch;
    }

    private static uint BitwiseCrc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++) crc = (crc >> 1) ^ ((crc & 1) * 0x82f63b78u);
        }
        return ~crc;
    }
}
