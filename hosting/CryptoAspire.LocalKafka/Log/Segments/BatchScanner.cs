using System.Buffers;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>Walks the record batches of a segment file, header by header, and says where and why they stop making sense.</summary>
internal sealed class BatchScanner : IDisposable
{
    private const int HeaderBuffer = 8 * 1024;
    private const int ChecksumBuffer = 256 * 1024;

    private readonly IFile _file;
    private readonly long _end;
    private readonly byte[] _buffer;
    private long _bufferStart;
    private int _bufferLength;
    private RecordBatchHeader _header;

    /// <param name="file">The segment.</param>
    /// <param name="position">Where a batch begins.</param>
    /// <param name="end">End of the bytes to look at.</param>
    /// <param name="wholeBatches">Checksums will be asked for: read ahead more.</param>
    public BatchScanner(IFile file, long position, long end, bool wholeBatches = false)
    {
        _file = file;
        _end = end;
        _buffer = ArrayPool<byte>.Shared.Rent(wholeBatches ? ChecksumBuffer : HeaderBuffer);
        NextPosition = position;
    }

    /// <summary>Header of the current batch.</summary>
    public RecordBatchHeader Header => _header;

    /// <summary>Where the current batch begins.</summary>
    public long Position { get; private set; }

    /// <summary>Where the current batch ends.</summary>
    public long NextPosition { get; private set; }

    /// <summary>Bytes of the current batch.</summary>
    public int Length => (int)(NextPosition - Position);

    /// <summary>Why there is no current batch; null at the regular end.</summary>
    public string? Defect { get; private set; }

    /// <summary>Goes to the next batch; false at the end or at a <see cref="Defect"/>.</summary>
    /// <param name="minOffset">Smallest offset that the batch may have.</param>
    /// <param name="checksumFrom">Check the CRC of batches from this offset on, too.</param>
    public bool MoveNext(long minOffset, long checksumFrom = long.MaxValue)
    {
        Position = NextPosition;
        if (Position >= _end)
            return false;
        if (_end - Position < RecordBatchHeader.Size)
            return Fail($"{_end - Position} bytes, too short for a header");
        RecordBatchHeader.TryRead(Window(Position, RecordBatchHeader.Size), out _header);
        if (_header.Length == 0)
            return Fail("length 0");
        if (_header.TotalSize < RecordBatchHeader.Size || _header.TotalSize > _end - Position)
            return Fail($"length {_header.Length} outside the file");
        if (_header.Magic != RecordBatch.Magic)
            return Fail($"magic {_header.Magic}");
        if (_header.BaseOffset < minOffset)
            return Fail($"offset {_header.BaseOffset} after {minOffset - 1}");
        if (_header.LastOffsetDelta < 0 || _header.NextOffset < _header.BaseOffset)
            return Fail($"last offset delta {_header.LastOffsetDelta}");
        if (_header.BaseOffset >= checksumFrom && Checksum() != _header.Crc)
            return Fail("wrong checksum");
        NextPosition = Position + _header.TotalSize;
        return true;
    }

    /// <summary>The bytes of the current batch, copied.</summary>
    public byte[] ReadBatch()
    {
        var batch = new byte[Length];
        for (var done = 0; done < batch.Length;)
        {
            var read = _file.Read(batch.AsSpan(done), Position + done);
            if (read == 0)
                throw new EndOfStreamException();
            done += read;
        }
        return batch;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private bool Fail(string defect)
    {
        Defect = defect;
        return false;
    }

    private uint Checksum()
    {
        var crc = 0u;
        var end = Position + _header.TotalSize;
        for (var at = Position + RecordBatchHeader.AttributesAt; at < end;)
        {
            var window = Window(at, 1);
            if (window.Length > end - at)
                window = window[..(int)(end - at)];
            crc = Crc32C.Append(crc, window);
            at += window.Length;
        }
        return crc;
    }

    /// <summary>At least <paramref name="atLeast"/> bytes from <paramref name="position"/> on, from the buffer if they are there.</summary>
    private ReadOnlySpan<byte> Window(long position, int atLeast)
    {
        if (position < _bufferStart || position + atLeast > _bufferStart + _bufferLength)
        {
            _bufferStart = position;
            _bufferLength = 0;
            var wanted = (int)Math.Min(_buffer.Length, _end - position);
            while (_bufferLength < atLeast)
            {
                var read = _file.Read(_buffer.AsSpan(_bufferLength, wanted - _bufferLength), position + _bufferLength);
                if (read == 0)
                    throw new EndOfStreamException($"The file ends at {position + _bufferLength}, expected {_end}.");
                _bufferLength += read;
            }
        }
        return _buffer.AsSpan((int)(position - _bufferStart), (int)(_bufferStart + _bufferLength - position));
    }
}
