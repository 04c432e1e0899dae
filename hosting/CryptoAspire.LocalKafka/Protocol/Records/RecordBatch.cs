using System.Buffers.Binary;

namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>What a broker may do to a record batch without decoding its records: check it, number it, stamp it.</summary>
public static class RecordBatch
{
    public const sbyte Magic = 2;

    /// <summary>Whether <paramref name="batch"/> is exactly one sound batch; allocates nothing. The records themselves are not decoded.</summary>
    /// <param name="header">The header, when there are bytes enough for one; look at the result before trusting it.</param>
    public static RecordBatchProblem Validate(ReadOnlySpan<byte> batch, out RecordBatchHeader header)
    {
        // Magic is at byte 16 in the old message sets too, and they can be shorter than a batch's header.
        if (batch.Length > RecordBatchHeader.MagicAt && (sbyte)batch[RecordBatchHeader.MagicAt] != Magic)
        {
            RecordBatchHeader.TryRead(batch, out header);
            return RecordBatchProblem.UnsupportedMagic;
        }
        if (!RecordBatchHeader.TryRead(batch, out header)) return RecordBatchProblem.TooShort;
        if (header.TotalSize != batch.Length) return RecordBatchProblem.WrongLength;
        if (ComputeCrc(batch) != header.Crc) return RecordBatchProblem.WrongCrc;
        if (header.RecordCount <= 0 || header.LastOffsetDelta != header.RecordCount - 1) return RecordBatchProblem.WrongRecordCount;
        return header.Compression > CompressionType.Zstd ? RecordBatchProblem.UnknownCompression : RecordBatchProblem.None;
    }

    /// <summary>The checksum that the header of <paramref name="batch"/> should carry. The batch must be whole.</summary>
    public static uint ComputeCrc(ReadOnlySpan<byte> batch) => Crc32C.Compute(batch[RecordBatchHeader.AttributesAt..]);

    /// <summary>Numbers the batch. Both fields stand in front of what the checksum covers.</summary>
    public static void Assign(Span<byte> batch, long baseOffset, int leaderEpoch)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch, baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchHeader.LeaderEpochAt..], leaderEpoch);
    }

    /// <summary>Stamps the batch with the broker's clock and renews its checksum, which covers attributes and timestamps.</summary>
    /// <param name="timestamp">Unix milliseconds.</param>
    public static void SetLogAppendTime(Span<byte> batch, long timestamp)
    {
        var attributes = BinaryPrimitives.ReadInt16BigEndian(batch[RecordBatchHeader.AttributesAt..]);
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchHeader.AttributesAt..], (short)(attributes | RecordBatchHeader.LogAppendTimeFlag));
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchHeader.MaxTimestampAt..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(batch[RecordBatchHeader.CrcAt..], ComputeCrc(batch));
    }
}
