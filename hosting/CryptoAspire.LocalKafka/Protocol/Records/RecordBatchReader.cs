using System.Text;

namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Decodes the records of one uncompressed batch, one at a time. Not for the data path, which never looks into a batch.</summary>
public ref struct RecordBatchReader
{
    /// <summary>No header is shorter than its two lengths.</summary>
    private const int MinHeaderSize = 2;

    private readonly ReadOnlyMemory<byte> _batch;
    private readonly ReadOnlySpan<byte> _span;
    private int _position = RecordBatchHeader.Size;
    private int _left;

    /// <param name="batch">One whole batch; bytes after it are not looked at.</param>
    /// <exception cref="ProtocolException">The header does not fit the bytes, or the magic is not 2.</exception>
    /// <exception cref="NotSupportedException">The records are compressed.</exception>
    public RecordBatchReader(ReadOnlyMemory<byte> batch)
    {
        if (!RecordBatchHeader.TryRead(batch.Span, out var header)) throw Problem("the header is cut short", "header", batch.Length);
        if (header.Magic != RecordBatch.Magic) throw Problem("magic is not 2", nameof(header.Magic), header.Magic);
        if (header.TotalSize < RecordBatchHeader.Size || header.TotalSize > batch.Length)
            throw Problem($"length {header.Length} does not fit into {batch.Length} bytes", nameof(header.Length), header.Length);
        if (header.Compression != CompressionType.None)
            throw new NotSupportedException($"The records are compressed with {header.Compression}; only uncompressed batches can be read.");
        _batch = batch[..(int)header.TotalSize];
        _span = _batch.Span;
        _left = header.RecordCount;
        Header = header;
    }

    public RecordBatchHeader Header { get; }

    /// <summary>Every record of a batch.</summary>
    /// <inheritdoc cref="RecordBatchReader(ReadOnlyMemory{byte})"/>
    public static List<KafkaRecord> ReadAll(ReadOnlyMemory<byte> batch)
    {
        var records = new List<KafkaRecord>();
        var reader = new RecordBatchReader(batch);
        while (reader.TryRead(out var record)) records.Add(record);
        return records;
    }

    /// <summary>The next record; false after the last one.</summary>
    /// <exception cref="ProtocolException">The record contradicts its lengths, or bytes follow the last one.</exception>
    public bool TryRead(out KafkaRecord record)
    {
        if (_left <= 0)
        {
            if (_position != _span.Length) throw Problem("bytes follow the last record", nameof(Header.RecordCount), Header.RecordCount);
            record = default;
            return false;
        }
        var length = Int32("record length");
        if (length < 0 || length > _span.Length - _position) throw Problem($"record of {length} bytes does not fit", "record length", length);
        var end = _position + length;
        Take(1, "attributes");
        var timestampDelta = Int64("timestamp delta");
        var offsetDelta = Int32("offset delta");
        var key = Bytes("key");
        var value = Bytes("value");
        var headers = Headers();
        if (_position != end) throw Problem("record length and fields disagree", "record length", length);
        _left--;
        record = new KafkaRecord(
            Header.BaseOffset + offsetDelta,
            Header.IsLogAppendTime ? Header.MaxTimestamp : Header.BaseTimestamp + timestampDelta,
            key, value, headers);
        return true;
    }

    private RecordHeader[] Headers()
    {
        var count = Int32("header count");
        if (count < 0 || count > (_span.Length - _position) / MinHeaderSize) throw Problem($"{count} headers do not fit", "header count", count);
        if (count == 0) return [];
        var headers = new RecordHeader[count];
        for (var i = 0; i < headers.Length; i++)
        {
            var key = Bytes("header key") ?? throw Problem("null where a value is required", "header key", -1);
            headers[i] = new RecordHeader(Encoding.UTF8.GetString(key.Span), Bytes("header value"));
        }
        return headers;
    }

    private ReadOnlyMemory<byte>? Bytes(string field)
    {
        var length = Int32(field);
        if (length < -1) throw Problem($"length {length} is negative", field, length);
        if (length < 0) return null; // not "? null :", which would mean empty: memory converts from a null array
        return Take(length, field);
    }

    private ReadOnlyMemory<byte> Take(int count, string field)
    {
        if (count > _span.Length - _position) throw Problem($"{count} bytes are needed, {_span.Length - _position} are left", field, count);
        var taken = _batch.Slice(_position, count);
        _position += count;
        return taken;
    }

    private int Int32(string field)
    {
        var read = Varint.TryReadSigned(_span[_position..], out int value);
        if (read <= 0) throw Problem("varint is cut short or too long", field, -1);
        _position += read;
        return value;
    }

    private long Int64(string field)
    {
        var read = Varint.TryReadSigned(_span[_position..], out long value);
        if (read <= 0) throw Problem("varint is cut short or too long", field, -1);
        _position += read;
        return value;
    }

    private readonly ProtocolException Problem(string problem, string field, long value) =>
        new($"record batch: {problem}", null, RecordBatch.Magic, field, _position, value);
}
