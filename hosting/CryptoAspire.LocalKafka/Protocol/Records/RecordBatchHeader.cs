using System.Buffers.Binary;

namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>
/// The fixed 61 bytes at the start of a record batch of magic 2, as they stand in a request, in a response and on disk
/// (https://kafka.apache.org/documentation/#recordbatch). A copy: it stays valid when the buffer is reused.
/// </summary>
public readonly struct RecordBatchHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = 61;

    /// <summary>Bytes in front of what <see cref="Length"/> counts: the base offset and the length itself.</summary>
    public const int LengthOverhead = 12;

    internal const int LeaderEpochAt = 12;
    internal const int MagicAt = 16;
    internal const int CrcAt = 17;

    /// <summary>The checksum covers everything from here; base offset and leader epoch may be rewritten without touching it.</summary>
    internal const int AttributesAt = 21;
    internal const int MaxTimestampAt = 35;

    internal const short CompressionMask = 0x07;
    internal const short LogAppendTimeFlag = 0x08;
    internal const short TransactionalFlag = 0x10;
    internal const short ControlFlag = 0x20;

    private RecordBatchHeader(ReadOnlySpan<byte> b)
    {
        BaseOffset = BinaryPrimitives.ReadInt64BigEndian(b);
        Length = BinaryPrimitives.ReadInt32BigEndian(b[8..]);
        LeaderEpoch = BinaryPrimitives.ReadInt32BigEndian(b[LeaderEpochAt..]);
        Magic = (sbyte)b[MagicAt];
        Crc = BinaryPrimitives.ReadUInt32BigEndian(b[CrcAt..]);
        Attributes = BinaryPrimitives.ReadInt16BigEndian(b[AttributesAt..]);
        LastOffsetDelta = BinaryPrimitives.ReadInt32BigEndian(b[23..]);
        BaseTimestamp = BinaryPrimitives.ReadInt64BigEndian(b[27..]);
        MaxTimestamp = BinaryPrimitives.ReadInt64BigEndian(b[MaxTimestampAt..]);
        ProducerId = BinaryPrimitives.ReadInt64BigEndian(b[43..]);
        ProducerEpoch = BinaryPrimitives.ReadInt16BigEndian(b[51..]);
        BaseSequence = BinaryPrimitives.ReadInt32BigEndian(b[53..]);
        RecordCount = BinaryPrimitives.ReadInt32BigEndian(b[57..]);
    }

    public long BaseOffset { get; }

    /// <summary>Bytes of the batch after this field, not trusted: the batch takes <see cref="LengthOverhead"/> more.</summary>
    public int Length { get; }

    public int LeaderEpoch { get; }
    public sbyte Magic { get; }
    public uint Crc { get; }
    public short Attributes { get; }
    public int LastOffsetDelta { get; }

    /// <summary>Timestamp of the first record, Unix milliseconds; -1 where the client set none.</summary>
    public long BaseTimestamp { get; }

    /// <summary>Largest timestamp of a record, Unix milliseconds; with <see cref="IsLogAppendTime"/> the one of all records.</summary>
    public long MaxTimestamp { get; }

    /// <summary>-1 when the producer is not idempotent.</summary>
    public long ProducerId { get; }

    public short ProducerEpoch { get; }

    /// <summary>Sequence number of the first record; -1 when the producer is not idempotent.</summary>
    public int BaseSequence { get; }

    public int RecordCount { get; }

    /// <summary>Bytes of the whole batch, header included.</summary>
    public long TotalSize => (long)Length + LengthOverhead;

    public long LastOffset => BaseOffset + LastOffsetDelta;

    public long NextOffset => LastOffset + 1;

    /// <summary>Sequence number of the last record: after 2^31-1 comes 0.</summary>
    public int LastSequence => BaseSequence < 0 ? -1 : (int)(((long)BaseSequence + LastOffsetDelta) & int.MaxValue);

    public bool IsTransactional => (Attributes & TransactionalFlag) != 0;

    /// <summary>Whether the batch holds a transaction marker instead of an application's records.</summary>
    public bool IsControl => (Attributes & ControlFlag) != 0;

    /// <summary>Whether the broker's clock replaced the client's timestamps.</summary>
    public bool IsLogAppendTime => (Attributes & LogAppendTimeFlag) != 0;

    public bool IsIdempotent => ProducerId >= 0;

    /// <summary>May be a code that Kafka does not define: <see cref="RecordBatch.Validate"/> refuses it.</summary>
    public CompressionType Compression => (CompressionType)(Attributes & CompressionMask);

    /// <summary>Reads a header from the start of <paramref name="source"/>; false when fewer than <see cref="Size"/> bytes are there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out RecordBatchHeader header)
    {
        if (source.Length < Size)
        {
            header = default;
            return false;
        }
        header = new RecordBatchHeader(source);
        return true;
    }
}
