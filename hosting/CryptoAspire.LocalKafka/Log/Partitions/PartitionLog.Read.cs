using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Log;

public sealed partial class PartitionLog
{
    private const int ReadAttempts = 4;

    private static readonly IReadOnlyList<AbortedTransaction> NoneAborted = [];

    /// <summary>
    /// Reads whole batches from the one that contains <paramref name="offset"/> on, at most <paramref name="maxBytes"/> of one segment.
    /// </summary>
    /// <param name="offset">First offset wanted; the end of the log is fine and gives an empty read.</param>
    /// <param name="maxBytes">Limit.</param>
    /// <param name="atLeastOneBatch">Return the first batch even if it is larger than the limit.</param>
    /// <param name="isolation">read_committed stops at the last stable offset and lists aborted transactions.</param>
    /// <returns>To be disposed.</returns>
    public LogRead Read(long offset, int maxBytes, bool atLeastOneBatch, Isolation isolation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return TryRead(offset, maxBytes, atLeastOneBatch, isolation);
            }
            catch (InvalidDataException e) when (attempt < ReadAttempts)
            {
                RepairIndex(offset, e);
            }
            catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException && attempt < ReadAttempts)
            {
                // Retention or deletion of the topic took an index away under us: look again.
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                LogMessages.ReadFailed(_context.Logger, Topic, Partition, offset, e);
                return new LogRead(ErrorCode.KafkaStorageError, HighWatermark, LastStableOffset, LogStartOffset);
            }
        }
    }

    private LogRead TryRead(long offset, int maxBytes, bool atLeastOneBatch, Isolation isolation)
    {
        // 1. A consistent view, under the lock.
        Segment[] segments;
        int index;
        long start, end, stable, limit, size, segmentEnd;
        SharedFile file;
        var committed = isolation == Isolation.ReadCommitted;
        lock (_gate)
        {
            if (_deleted)
                return new LogRead(ErrorCode.UnknownTopicOrPartition, -1, -1, -1);
            (segments, start, end, stable) = (_segments, _logStartOffset, HighWatermark, StableOffset);
            if (offset < start || offset > _nextOffset)
                return new LogRead(ErrorCode.OffsetOutOfRange, end, stable, start);
            limit = committed ? stable : end;
            index = SegmentOf(segments, offset);
            while (index < segments.Length - 1 && offset >= segments[index].NextOffset)
                index++;
            if (offset >= limit || maxBytes <= 0 && !atLeastOneBatch || segments[index].BaseOffset >= limit)
                return new LogRead(ErrorCode.None, end, stable, start) { AbortedTransactions = committed ? NoneAborted : null };
            (size, segmentEnd) = (segments[index].Size, segments[index].NextOffset);
            file = segments[index].Acquire();
        }

        // 2. The slice of the file.
        LogRead? read = null;
        try
        {
            var segment = segments[index];
            var position = segment.Locate(file.File, offset, size);
            var stop = limit >= segmentEnd ? size : segment.Locate(file.File, limit, size);
            var next = Math.Min(limit, segmentEnd);
            if (stop - position > maxBytes)
                (stop, next) = segment.LastBoundary(file.File, position, position + Math.Max(maxBytes, 0), stop, atLeastOneBatch);

            // 3. What was aborted in it.
            var aborted = committed ? CollectAborted(segments, index, offset, next) : null;
            read = stop <= position
                ? new LogRead(ErrorCode.None, end, stable, start) { AbortedTransactions = committed ? NoneAborted : null }
                : new LogRead(file, position, checked((int)(stop - position)), end, stable, start) { AbortedTransactions = aborted };
            return read;
        }
        finally
        {
            if (read is null or { Length: 0 })
                file.Release();
        }
    }

    /// <summary>
    /// The first record whose timestamp is at or after <paramref name="timestampMs"/> (unix ms) and its timestamp, (-1, -1) if there is none.
    /// Inside a compressed batch the batch's first offset and timestamp are given: nothing is decompressed.
    /// </summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public (long Offset, long TimestampMs) OffsetForTimestamp(long timestampMs)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return TryFindTimestamp(timestampMs);
            }
            catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException && attempt < ReadAttempts)
            {
                // As in Read.
            }
        }
    }

    private (long Offset, long TimestampMs) TryFindTimestamp(long timestampMs)
    {
        var segments = Volatile.Read(ref _segments);
        var start = LogStartOffset;
        foreach (var segment in segments)
        {
            SharedFile file;
            long size;
            lock (_gate)
            {
                if (_deleted)
                    return (-1, -1);
                if (segment.MaxTimestamp < timestampMs || segment.NextOffset <= start || !_segments.Contains(segment))
                    continue;
                size = segment.Size;
                file = segment.Acquire();
            }
            try
            {
                var before = segment.Times.FindBefore(timestampMs);
                var from = segment.Offsets.FindOffset(before?.Offset ?? -1);
                // An entry that the log does not confirm is ignored: the walk begins at the segment's start.
                var found = from is { } entry && ConfirmsEntry(file.File, entry, size)
                    ? FindTimestamp(file.File, entry.Position, size, timestampMs, start)
                    : FindTimestamp(file.File, 0, size, timestampMs, start);
                if (found.Offset >= 0)
                    return found;
            }
            finally
            {
                file.Release();
            }
        }
        return (-1, -1);
    }

    private static (long Offset, long TimestampMs) FindTimestamp(IFile file, long position, long size, long timestampMs, long start)
    {
        using var scanner = new BatchScanner(file, position, size);
        while (scanner.MoveNext(0))
        {
            var header = scanner.Header;
            if (header.MaxTimestamp < timestampMs || header.LastOffset < start)
                continue;
            if (header.Compression != CompressionType.None)
                return (Math.Max(header.BaseOffset, start), header.IsLogAppendTime ? header.MaxTimestamp : header.BaseTimestamp);
            foreach (var record in RecordBatchReader.ReadAll(scanner.ReadBatch()))
            {
                if (record.Timestamp >= timestampMs && record.Offset >= start)
                    return (record.Offset, record.Timestamp);
            }
        }
        return (-1, -1);
    }

    private static bool ConfirmsEntry(IFile file, (long LastOffset, int Position) entry, long size)
    {
        if (entry.Position >= size)
            return false;
        using var scanner = new BatchScanner(file, entry.Position, size);
        return scanner.MoveNext(0) && scanner.Header.LastOffset == entry.LastOffset;
    }

    private static IReadOnlyList<AbortedTransaction> CollectAborted(Segment[] segments, int index, long from, long to)
    {
        List<AbortedTransaction>? found = null;
        for (var i = index; i < segments.Length; i++)
        {
            if (segments[i].Aborted.Table.Count > 0 && segments[i].Aborted.Collect(from, to, found ??= []))
                break;
        }
        found?.Sort((a, b) => a.FirstOffset.CompareTo(b.FirstOffset));
        return found ?? NoneAborted;
    }

    /// <summary>Index of the last segment whose base is at most the offset, 0 if there is none.</summary>
    private static int SegmentOf(Segment[] segments, long offset)
    {
        int low = 0, high = segments.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (segments[middle].BaseOffset <= offset)
                low = middle + 1;
            else
                high = middle;
        }
        return Math.Max(low - 1, 0);
    }

    /// <summary>Rebuilds the offset and time index of a segment whose index turned out wrong.</summary>
    private void RepairIndex(long offset, InvalidDataException mismatch)
    {
        lock (_diskGate)
        {
            Segment? segment;
            lock (_gate)
            {
                segment = _segments[SegmentOf(_segments, offset)];
                // Written by this process, or rebuilt already: then it is not the index, and the next attempts fail, too.
                if (_deleted || segment.IndexesUnsaved || segment.Rebuilt)
                    return;
                segment.Pin(create: false);
            }
            LogMessages.IndexRepaired(_context.Logger, Topic, Partition, mismatch.Message);
            segment.RebuildOffsetAndTimeIndex();
            lock (_gate)
                segment.Unpin();
        }
    }
}
