using System.Buffers;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// The answer to a read: whole batches as a slice of one segment file, not yet copied. It holds the file open, even when the
/// segment or the topic is deleted meanwhile, until <see cref="Dispose"/>.
/// </summary>
public sealed class LogRead : IDisposable
{
    private readonly long _position;
    private SharedFile? _file;

    internal LogRead(ErrorCode error, long highWatermark, long lastStableOffset, long logStartOffset)
    {
        Error = error;
        HighWatermark = highWatermark;
        LastStableOffset = lastStableOffset;
        LogStartOffset = logStartOffset;
    }

    internal LogRead(SharedFile file, long position, int length, long highWatermark, long lastStableOffset, long logStartOffset)
        : this(ErrorCode.None, highWatermark, lastStableOffset, logStartOffset)
    {
        _file = file;
        _position = position;
        Length = length;
    }

    /// <summary>None, OFFSET_OUT_OF_RANGE, UNKNOWN_TOPIC_OR_PARTITION after deletion, or KAFKA_STORAGE_ERROR.</summary>
    public ErrorCode Error { get; }

    /// <summary>End of the log at the time of the read.</summary>
    public long HighWatermark { get; }

    /// <summary>First offset of the earliest open transaction, else the end of the log.</summary>
    public long LastStableOffset { get; }

    /// <summary>First offset of the log.</summary>
    public long LogStartOffset { get; }

    /// <summary>For read_committed the aborted transactions that overlap the data, by first offset; null for read_uncommitted.</summary>
    public IReadOnlyList<AbortedTransaction>? AbortedTransactions { get; internal init; }

    /// <summary>Bytes of record batches; 0 when there is nothing to read.</summary>
    public int Length { get; }

    /// <summary>Copies from the file, beginning at <paramref name="start"/> of this slice, as much as fits.</summary>
    /// <returns>Bytes copied; less than asked for only at the end of the slice.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public int CopyTo(Span<byte> destination, int start = 0)
    {
        var wanted = Math.Min(destination.Length, Length - start);
        for (var done = 0; done < wanted;)
        {
            var file = _file ?? throw new ObjectDisposedException(nameof(LogRead));
            var read = file.File.Read(destination[done..wanted], _position + start + done);
            if (read == 0)
                throw new EndOfStreamException($"Segment ended at {_position + start + done}, {wanted - done} bytes early.");
            done += read;
        }
        return Math.Max(wanted, 0);
    }

    /// <summary>Copies the whole slice into a buffer writer (a PipeWriter), straight from the file into its memory.</summary>
    /// <exception cref="IOException">The file cannot be read; what was copied before stays written.</exception>
    public void CopyTo(IBufferWriter<byte> destination)
    {
        for (var done = 0; done < Length;)
        {
            var count = CopyTo(destination.GetSpan(Math.Min(Length - done, 64 * 1024)), done);
            destination.Advance(count);
            done += count;
        }
    }

    /// <summary>Lets the file go.</summary>
    public void Dispose() => Interlocked.Exchange(ref _file, null)?.Release();
}
