using System.Diagnostics;

namespace CryptoAspire.LocalKafka.Log;

public sealed partial class PartitionLog
{
    private const int SnapshotsKept = 2;

    private readonly List<(long Offset, byte[] Content)> _unsavedSnapshots = [];

    /// <summary>
    /// Up to here everything is on stable storage with its indexes saved, but for the active segment's: recovery begins at the
    /// segment that contains it.
    /// </summary>
    internal long RecoveryPoint
    {
        get
        {
            var durable = _commit.Durable;
            var segments = Volatile.Read(ref _segments);
            for (var i = 0; i < segments.Length - 1; i++)
            {
                if (segments[i].IndexesUnsaved)
                    return Math.Min(durable, segments[i].BaseOffset);
            }
            return durable;
        }
    }

    /// <summary>The recovery point that the next start would find.</summary>
    internal long SavedRecoveryPoint { get; set; }

    internal bool HasUnflushed => _commit.Durable < LogEndOffset || RecoveryPoint < _commit.Durable;

    /// <summary>
    /// Completes when everything below <paramref name="nextOffset"/> is as durable as the flush mode promises: at once with
    /// <see cref="FlushMode.Interval"/>, after a shared fsync with <see cref="FlushMode.Always"/>.
    /// </summary>
    /// <exception cref="IOException">The flush failed; the append must not be acknowledged.</exception>
    public ValueTask WaitDurableAsync(long nextOffset, CancellationToken cancellationToken = default)
    {
        if (_failure is { } failure)
            return ValueTask.FromException(new IOException(failure.Message, failure));
        return _context.Options.Flush == FlushMode.Interval ? default : _commit.WaitAsync(nextOffset, cancellationToken);
    }

    /// <summary>Forces everything appended so far to stable storage, in either flush mode.</summary>
    /// <exception cref="IOException">The flush failed.</exception>
    public Task FlushAsync(CancellationToken cancellationToken = default) => _commit.RequestAsync().WaitAsync(cancellationToken);

    /// <summary>Runs on a flush thread, one at a time: syncs every segment with unsynced bytes, oldest first.</summary>
    private long Flush()
    {
        var work = new List<(Segment Segment, SharedFile File, long Size)>();
        long end;
        bool newFiles;
        lock (_gate)
        {
            if (_deleted)
                return _nextOffset;
            if (_closed && _commit.Durable >= _nextOffset)
                return _nextOffset;
            if (_closed || _failure is not null)
                throw new IOException(_failure?.Message ?? "The log is closed.", _failure);
            end = _nextOffset;
            newFiles = _segments.Any(s => !s.DirectorySynced);
            foreach (var segment in _segments)
            {
                if (segment.SyncedSize < segment.Size)
                    work.Add((segment, segment.Acquire(), segment.Size));
            }
        }
        try
        {
            foreach (var (segment, file, size) in work)
            {
                var started = Stopwatch.GetTimestamp();
                file.File.Sync();
                _context.Counters.AddSync(Stopwatch.GetElapsedTime(started));
                segment.SyncedSize = size;
            }
            // A new file's bytes are worth nothing without its entry in the directory.
            if (newFiles)
                SyncDirectory();
            return end;
        }
        catch (Exception e) when (!IsDeleted)
        {
            // After a failed fsync nobody knows what is on the disk: stop here, recovery finds out at the next start.
            LogMessages.FlushFailed(_context.Logger, Topic, Partition, e);
            lock (_gate)
                _failure ??= e;
            throw;
        }
        finally
        {
            foreach (var (_, file, _) in work)
                file.Release();
        }
    }

    private void SyncDirectory()
    {
        lock (_diskGate)
        {
            if (IsDeleted)
                return;
            var segments = Volatile.Read(ref _segments);
            _context.Files.SyncDirectory(_directory);
            foreach (var segment in segments)
                segment.DirectorySynced = true;
        }
    }

    private void AfterFlush()
    {
        if (IsReadWhenDurable)
            NotifyListeners();
        SaveClosedSegments();
    }

    /// <summary>Saves indexes and producer snapshots of closed segments, so that the recovery point can pass them. Nobody waits for it.</summary>
    private void SaveClosedSegments()
    {
        try
        {
            lock (_diskGate)
            {
                Segment[] closed;
                lock (_gate)
                {
                    if (_deleted || _closed || _failure is not null)
                        return;
                    closed = [.. _segments[..^1].Where(s => s.IndexesUnsaved && s.SyncedSize == s.Size)];
                }
                if (closed.Length == 0)
                    return;
                SaveSnapshots();
                foreach (var segment in closed)
                    segment.SaveIndexes();
                _context.Files.SyncDirectory(_directory);
                lock (_gate)
                {
                    foreach (var segment in closed)
                    {
                        segment.DropIndexMemory();
                        segment.Unpin();
                    }
                }
            }
        }
        catch (IOException e)
        {
            // Tried again with the next flush; the recovery point waits.
            LogMessages.SaveFailed(_context.Logger, Topic, Partition, e);
        }
    }

    private void SaveSnapshots()
    {
        (long Offset, byte[] Content)[] snapshots;
        lock (_unsavedSnapshots)
            snapshots = [.. _unsavedSnapshots];
        if (snapshots.Length == 0)
            return;
        foreach (var (offset, content) in snapshots)
        {
            AtomicFile.Write(_context.Files, Segment.PathOf(_directory, offset, "snapshot"), content);
            lock (_unsavedSnapshots)
                _unsavedSnapshots.RemoveAt(0);
        }
        var saved = _context.Files.FileNames(_directory)
            .Select(name => ProducerSnapshot.TryParseName(name, out var offset) ? offset : -1).Where(o => o >= 0).OrderDescending();
        // Recovery begins at the segment with the saved recovery point: it wants the last snapshot up to there, one more is kept for bad luck.
        var segments = Volatile.Read(ref _segments);
        var begin = segments[SegmentOf(segments, SavedRecoveryPoint)].BaseOffset;
        foreach (var offset in saved.Where(o => o <= begin).Skip(SnapshotsKept))
            _context.Files.DeleteFile(Segment.PathOf(_directory, offset, "snapshot"));
    }

    /// <summary>Clean shutdown: everything durable, indexes and producer state saved. Appends are refused from now on.</summary>
    /// <returns>False if a flush failed before: the next start must look at the data.</returns>
    internal async Task<bool> CloseCleanlyAsync()
    {
        await _commit.RequestAsync().ConfigureAwait(false);
        lock (_gate)
        {
            if (_failure is not null)
                return false;
            CutTornTail();
        }
        await _commit.RequestAsync().ConfigureAwait(false);
        lock (_diskGate)
        {
            lock (_gate)
            {
                _closed = true;
                if (_deleted)
                    return true;
                foreach (var segment in _segments.Where(s => s.SyncedSize < s.Size))
                    segment.Sync();
                _commit.SetDurable(_nextOffset);
                lock (_unsavedSnapshots)
                    _unsavedSnapshots.Add((_nextOffset, ProducerSnapshot.Write(_producers)));
            }
            SaveSnapshots();
            foreach (var segment in _segments.Where(s => s.IndexesUnsaved))
                segment.SaveIndexes();
            _context.Files.SyncDirectory(_directory);
            foreach (var segment in _segments)
            {
                segment.DropIndexMemory();
                segment.Unpin();
            }
        }
        NotifyListeners();
        return true;
    }

    /// <summary>Lets go of everything and writes nothing.</summary>
    internal void Abort()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var segment in _segments)
                segment.Unpin();
        }
        NotifyListeners();
    }
}
