using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Builds one uncompressed batch of magic 2: transaction markers, and the batches of tests and tools.</summary>
public sealed class RecordBatchBuilder
{
    private readonly ArrayBufferWriter<byte> _records = new();
    private readonly ArrayBufferWriter<byte> _record = new();
    private int _count;
    private long _baseTimestamp = -1;
    private long _maxTimestamp = -1;

    public long BaseOffset { get; init; }
    public int LeaderEpoch { get; init; }
    public long ProducerId { get; init; } = -1;
    public short ProducerEpoch { get; init; } = -1;
    public int BaseSequence { get; init; } = -1;
    public bool IsTransactional { get; init; }
    public bool IsControl { get; init; }

    public int Count => _count;

    /// <param name="timestamp">Unix milliseconds.</param>
    public RecordBatchBuilder Add(long timestamp, ReadOnlyMemory<byte>? key, ReadOnlyMemory<byte>? value, IReadOnlyList<RecordHeader>? headers = null)
    {
        if (_count == 0) (_baseTimestamp, _maxTimestamp) = (timestamp, timestamp);
        _maxTimestamp = Math.Max(_maxTimestamp, timestamp);

        _record.ResetWrittenCount();
        _record.Write([(byte)0]); // attributes: none are defined
        WriteVarint(_record, timestamp - _baseTimestamp);
        WriteVarint(_record, _count);
        WriteBytes(_record, key);
        WriteBytes(_record, value);
        WriteVarint(_record, headers?.Count ?? 0);
        foreach (var header in headers ?? [])
        {
            WriteBytes(_record, Encoding.UTF8.GetBytes(header.Key));
            WriteBytes(_record, header.Value);
        }
        WriteVarint(_records, _record.WrittenCount);
        _records.Write(_record.WrittenSpan);
        _count++;
        return this;
    }

    /// <summary>The finished batch with its checksum.</summary>
    /// <exception cref="InvalidOperationException">No record was added: Kafka has no empty batches.</exception>
    public byte[] Build()
    {
        if (_count == 0) throw new InvalidOperationException("A record batch needs at least one record.");
        var batch = new byte[RecordBatchHeader.Size + _records.WrittenCount];
        var attributes = (IsTransactional ? RecordBatchHeader.TransactionalFlag : 0) | (IsControl ? RecordBatchHeader.ControlFlag : 0);
        BinaryPrimitives.WriteInt64BigEndian(batch, BaseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), batch.Length - RecordBatchHeader.LengthOverhead);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchHeader.LeaderEpochAt), LeaderEpoch);
        batch[RecordBatchHeader.MagicAt] = (byte)RecordBatch.Magic;
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(RecordBatchHeader.AttributesAt), (short)attributes);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(23), _count - 1);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(27), _baseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(RecordBatchHeader.MaxTimestampAt), _maxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(43), ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(51), ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(53), BaseSequence);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(57), _count);
        _records.WrittenSpan.CopyTo(batch.AsSpan(RecordBatchHeader.Size));
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(RecordBatchHeader.CrcAt), RecordBatch.ComputeCrc(batch));
        return batch;
    }

    private static void WriteBytes(ArrayBufferWriter<byte> target, ReadOnlyMemory<byte>? bytes)
    {
        WriteVarint(target, bytes?.Length ?? -1);
        if (bytes is { } present) target.Write(present.Span);
    }

    private static void WriteVarint(ArrayBufferWriter<byte> target, long value) =>
        target.Advance(Varint.WriteSigned(target.GetSpan(Varint.MaxLength64), value));
}
