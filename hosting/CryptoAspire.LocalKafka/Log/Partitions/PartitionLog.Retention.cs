using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Log;

public sealed partial class PartitionLog
{
    /// <summary>
    /// DeleteRecords: moves the start of the log, durably, and deletes the segments wholly below it. -1 means the end of the log.
    /// </summary>
    /// <returns>OFFSET_OUT_OF_RANGE beyond the end; else None and the new start (which never moves back).</returns>
    public (ErrorCode Error, long LowWatermark) DeleteRecordsBefore(long offset)
    {
        lock (_diskGate)
        {
            try
            {
                lock (_gate)
                {
                    if (CheckOpen() is { } refused)
                        return (refused.Error, -1);
                    if (offset == -1)
                        offset = _nextOffset;
                    if (offset < 0 || offset > _nextOffset)
                        return (ErrorCode.OffsetOutOfRange, -1);
                    if (offset == _nextOffset && Active.Size > 0)
                    {
                        CutTornTail();
                        Roll();
                    }
                    RaiseStart(offset);
                }
                DeleteBelowStart();
                return (ErrorCode.None, LogStartOffset);
            }
            catch (IOException e)
            {
                LogMessages.SaveFailed(_context.Logger, Topic, Partition, e);
                return (ErrorCode.KafkaStorageError, -1);
            }
        }
    }

    /// <summary>Deletes the oldest segments as far as retention.ms and retention.bytes say, and forgets expired producers.</summary>
    internal void RunRetention()
    {
        lock (_diskGate)
        {
            var now = _context.NowMs;
            lock (_gate)
            {
                if (_deleted || _closed || _failure is not null)
                    return;
                _producers.Expire(now - (long)_context.Options.ProducerExpiration.TotalMilliseconds);
                var keepFrom = FirstSegmentToKeep(now);
                if (keepFrom == _segments.Length)
                {
                    CutTornTail();
                    Roll();
                }
                if (keepFrom > 0)
                    RaiseStart(_segments[keepFrom].BaseOffset);
            }
            DeleteBelowStart();
        }
    }

    /// <summary>Index of the first segment that stays; the number of segments when even the active one has expired.</summary>
    private int FirstSegmentToKeep(long now)
    {
        var config = Config;
        var size = _segments.Sum(s => s.Size);
        var keep = 0;
        for (; keep < _segments.Length; keep++)
        {
            var segment = _segments[keep];
            var isActive = keep == _segments.Length - 1;
            if (segment.Size == 0)
                break;
            var newest = segment.MaxTimestamp >= 0 ? segment.MaxTimestamp : segment.LastAppendMs;
            var expired = config.RetentionMs >= 0 && newest < now - config.RetentionMs;
            // As in Kafka: a segment goes only if what is left still has the wanted size.
            var surplus = config.RetentionBytes >= 0 && size - segment.Size >= config.RetentionBytes && !isActive;
            if (!expired && !surplus)
                break;
            size -= segment.Size;
        }
        return keep;
    }

    private void RaiseStart(long offset)
    {
        if (offset > _logStartOffset)
            Volatile.Write(ref _logStartOffset, offset);
    }

    /// <summary>
    /// Unlinks segments wholly below the start of the log, after the start was saved: a power cut that brings an unlinked file back
    /// must not bring its records back.
    /// </summary>
    private void DeleteBelowStart()
    {
        bool newFiles;
        lock (_gate)
        {
            if (!HasDeletable(_segments) && _savedStart == _logStartOffset)
                return;
            newFiles = _segments.Any(s => !s.DirectorySynced);
        }
        var start = LogStartOffset;
        // Producer state is about to lose the log that it could be replayed from.
        SaveSnapshots();
        _context.SaveLogStarts();
        _savedStart = start;
        if (newFiles)
            SyncDirectory();

        List<Segment> dead = [];
        lock (_gate)
        {
            var keep = 0;
            while (keep < _segments.Length - 1 && _segments[keep + 1].BaseOffset <= start)
                dead.Add(_segments[keep++]);
            if (dead.Count > 0)
                Volatile.Write(ref _segments, _segments[keep..]);
        }
        foreach (var segment in dead)
        {
            LogMessages.SegmentDeleted(_context.Logger, Topic, Partition, segment.BaseOffset, segment.Size);
            lock (_gate)
                segment.Unpin();
            segment.Delete();
        }
    }

    private bool HasDeletable(Segment[] segments) => segments.Length > 1 && segments[1].BaseOffset <= _logStartOffset;

    /// <summary>Ends the partition: appends and reads are refused, the directory gets another name.</summary>
    /// <param name="graveyard">The new name, null when the directory stays.</param>
    internal void Delete(string? graveyard)
    {
        lock (_gate)
            _deleted = true;
        lock (_diskGate)
        {
            lock (_gate)
            {
                foreach (var segment in _segments)
                    segment.Unpin();
            }
            _context.Segments.Cache.RemoveDirectory(_directory);
            if (graveyard is not null)
            {
                _context.Files.MoveDirectory(_directory, graveyard);
                _directory = graveyard;
            }
        }
        NotifyListeners();
        _ = _commit.RequestAsync(); // lets those go who wait for durability
    }
}
