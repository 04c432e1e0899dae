using System.Globalization;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// One file of batches with its three indexes. The partition's lock guards everything that changes; readers work on a file they
/// hold (<see cref="Acquire"/>) up to a size they saw under the lock.
/// </summary>
internal sealed class Segment
{
    private readonly SegmentContext _context;
    private SharedFile? _pinned;
    private int _bytesSinceIndexEntry;

    public Segment(SegmentContext context, string directory, long baseOffset)
    {
        _context = context;
        Directory = directory;
        BaseOffset = baseOffset;
        NextOffset = baseOffset;
        OffsetOfMaxTimestamp = baseOffset;
        Path = PathOf(directory, baseOffset, "log");
        Offsets = new OffsetIndex(context, PathOf(directory, baseOffset, "index"), baseOffset);
        Times = new TimeIndex(context, PathOf(directory, baseOffset, "timeindex"), baseOffset);
        Aborted = new TransactionIndex(context, PathOf(directory, baseOffset, "txnindex"), baseOffset);
    }

    public string Directory { get; }

    public string Path { get; }

    public long BaseOffset { get; }

    /// <summary>Offset behind the last batch; of a closed segment never above the base of the next one.</summary>
    public long NextOffset { get; private set; }

    /// <summary>Bytes of whole batches. The file may be longer only after a failed write.</summary>
    public long Size { get; private set; }

    /// <summary>Bytes known to be on stable storage.</summary>
    public long SyncedSize { get; set; }

    /// <summary>The file's entry in its directory is on stable storage.</summary>
    public bool DirectorySynced { get; set; }

    /// <summary>Largest timestamp of a record (unix ms), -1 without any.</summary>
    public long MaxTimestamp { get; private set; } = -1;

    public long OffsetOfMaxTimestamp { get; private set; }

    /// <summary>Broker's time of the first append (unix ms), for segment.ms.</summary>
    public long FirstAppendMs { get; set; }

    /// <summary>Broker's time of the last append (unix ms), for the retention of records without timestamp.</summary>
    public long LastAppendMs { get; set; }

    public OffsetIndex Offsets { get; private set; }

    public TimeIndex Times { get; private set; }

    public TransactionIndex Aborted { get; }

    /// <summary>The indexes live in memory and are not saved: the recovery point must stay below.</summary>
    public bool IndexesUnsaved => Offsets.Table.InMemory;

    public bool IndexFull => (long)(Offsets.Table.Count + 1) * OffsetIndex.EntrySize > _context.MaxIndexBytes;

    public static string PathOf(string directory, long offset, string extension) =>
        System.IO.Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{offset:D20}.{extension}"));

    /// <summary>Opens the file for appending, created if need be, and keeps it open.</summary>
    public void Pin(bool create)
    {
        if (_pinned is not null)
            return;
        _context.Cache.Remove(Path);
        _pinned = new SharedFile(_context.Files.Open(Path, create));
    }

    /// <summary>Leaves the file to the cache of closed segments.</summary>
    public void Unpin()
    {
        var pinned = _pinned;
        _pinned = null;
        pinned?.Release();
    }

    /// <summary>The file, to be released. Call under the partition's lock, which keeps it from being unlinked.</summary>
    public SharedFile Acquire()
    {
        var pinned = _pinned;
        return pinned is not null && pinned.TryAcquire() ? pinned : _context.Cache.Acquire(Path);
    }

    /// <summary>Writes a batch behind the last one. After an exception the file may have a torn tail beyond <see cref="Size"/>: see <see cref="CutTail"/>.</summary>
    public void Append(IReadOnlyList<ReadOnlyMemory<byte>> pieces, in RecordBatchHeader header, long baseOffset, long maxTimestamp, int length, long nowMs)
    {
        _pinned!.File.Write(pieces, Size);
        if (Size == 0)
            FirstAppendMs = nowMs;
        LastAppendMs = nowMs;
        Track(baseOffset + header.LastOffsetDelta, maxTimestamp, Size, length);
    }

    /// <summary>Unlinks the segment's files; those who hold one read on.</summary>
    public void Delete()
    {
        foreach (var path in (string[])[Path, Offsets.Table.Path, Times.Table.Path, Aborted.Table.Path])
        {
            _context.Cache.Remove(path);
            _context.Files.DeleteFile(path);
        }
    }

    /// <summary>Syncs the pinned file.</summary>
    public void Sync()
    {
        _pinned!.File.Sync();
        SyncedSize = Size;
    }

    /// <summary>Cuts what a failed write left behind the last batch.</summary>
    public void CutTail() => _pinned!.File.SetLength(Size);

    /// <summary>Takes a batch that is in the file already into account: recovery.</summary>
    public void Track(long lastOffset, long maxTimestamp, long position, int length)
    {
        if (maxTimestamp > MaxTimestamp)
            (MaxTimestamp, OffsetOfMaxTimestamp) = (maxTimestamp, lastOffset);
        if (_bytesSinceIndexEntry > _context.IndexIntervalBytes)
        {
            Offsets.Append(lastOffset, (int)position);
            Times.Append(MaxTimestamp, OffsetOfMaxTimestamp);
            _bytesSinceIndexEntry = 0;
        }
        _bytesSinceIndexEntry += length;
        Size = position + length;
        NextOffset = lastOffset + 1;
    }

    /// <summary>Forgets everything about the content: it will be tracked again.</summary>
    public void Reset()
    {
        Offsets.Table.Clear();
        Times.Clear();
        Aborted.Table.Clear();
        (Size, NextOffset, MaxTimestamp, OffsetOfMaxTimestamp, _bytesSinceIndexEntry) = (0, BaseOffset, -1, BaseOffset, 0);
    }

    /// <summary>Uses the saved indexes of a file that nothing has to be appended to; the content is not looked at but for the last batches.</summary>
    /// <returns>Null if all is well, else what is wrong.</returns>
    public string? TryAttach(long? nextBaseOffset)
    {
        var file = _context.Cache.Acquire(Path);
        try
        {
            var length = file.File.Length;
            foreach (var table in (IndexTable[])[Offsets.Table, Times.Table, Aborted.Table])
            {
                if (!table.TryAttachFile())
                    return $"{System.IO.Path.GetFileName(table.Path)} is absent or torn";
            }
            if (!Offsets.IsAscending(length))
                return "the offset index is inconsistent";
            var first = Offsets.FromEnd(0);
            using var scanner = new BatchScanner(file.File, first?.Position ?? 0, length);
            // The walk from the last index entry to the end is short, or else entries are missing.
            long next = BaseOffset, since = 0;
            for (var batches = 0; scanner.MoveNext(next); batches++)
            {
                if (batches == 0 && first is { } entry && scanner.Header.LastOffset != entry.LastOffset)
                    return "the offset index does not match the log";
                if (batches > 0 && since > _context.IndexIntervalBytes)
                    return "the offset index is cut short";
                since += scanner.Length;
                next = scanner.Header.NextOffset;
            }
            if (scanner.Defect is { } defect)
                return $"{defect} at {scanner.Position}";
            if (next > (nextBaseOffset ?? long.MaxValue))
                return "the offset index does not match the log";
            if (!Times.IsAscending(next) || !Aborted.IsConsistent(next) || (length > 0) != (next > BaseOffset))
                return "an index is inconsistent";
            Size = SyncedSize = length;
            NextOffset = next;
            (MaxTimestamp, OffsetOfMaxTimestamp) = Times.Last();
            _bytesSinceIndexEntry = (int)Math.Min(since, int.MaxValue);
            DirectorySynced = true;
            return null;
        }
        finally
        {
            file.Release();
        }
    }

    /// <summary>Loads attached indexes to go on appending.</summary>
    public void LoadIndexes()
    {
        Offsets.Table.LoadIntoMemory();
        Times.LoadIntoMemory();
        Aborted.Table.LoadIntoMemory();
    }

    /// <summary>Saves the indexes, durably but for their directory entries.</summary>
    public void SaveIndexes()
    {
        Times.Append(MaxTimestamp, OffsetOfMaxTimestamp);
        Offsets.Table.Save();
        Times.Table.Save();
        Aborted.Table.Save();
    }

    /// <summary>Writes the offset and time index of a closed segment anew; readers go on with the old ones meanwhile. Once only: see <see cref="Rebuilt"/>.</summary>
    public void RebuildOffsetAndTimeIndex()
    {
        Rebuilt = true;
        var offsets = new OffsetIndex(_context, Offsets.Table.Path, BaseOffset);
        var times = new TimeIndex(_context, Times.Table.Path, BaseOffset);
        offsets.Table.Clear();
        times.Clear();
        var (since, maxTimestamp, offsetOfMax) = (0, -1L, BaseOffset);
        using (var scanner = new BatchScanner(_pinned!.File, 0, Size))
        {
            while (scanner.MoveNext(BaseOffset))
            {
                if (scanner.Header.MaxTimestamp > maxTimestamp)
                    (maxTimestamp, offsetOfMax) = (scanner.Header.MaxTimestamp, scanner.Header.LastOffset);
                if (since > _context.IndexIntervalBytes)
                {
                    offsets.Append(scanner.Header.LastOffset, (int)scanner.Position);
                    times.Append(maxTimestamp, offsetOfMax);
                    since = 0;
                }
                since += scanner.Length;
            }
        }
        times.Append(maxTimestamp, offsetOfMax);
        offsets.Table.Save();
        times.Table.Save();
        offsets.Table.DropMemory();
        times.Table.DropMemory();
        (Offsets, Times) = (offsets, times);
    }

    /// <summary>The indexes were rebuilt while running: a mismatch that is still there is the log's.</summary>
    public bool Rebuilt { get; private set; }

    /// <summary>Lets saved indexes go from memory.</summary>
    public void DropIndexMemory()
    {
        Offsets.Table.DropMemory();
        Times.Table.DropMemory();
        Aborted.Table.DropMemory();
    }

    /// <summary>
    /// Where the first batch begins that ends behind <paramref name="offset"/>; <paramref name="size"/> if there is none.
    /// </summary>
    /// <exception cref="InvalidDataException">The index does not match the log.</exception>
    public long Locate(IFile file, long offset, long size)
    {
        var entry = Offsets.FindOffset(offset);
        if (entry is { } found && (found.Position < 0 || found.Position >= size))
            throw Mismatch(found.Position);
        using var scanner = new BatchScanner(file, entry?.Position ?? 0, size);
        for (var first = true; scanner.MoveNext(BaseOffset); first = false)
        {
            if (first && entry is { } expected && scanner.Header.LastOffset != expected.LastOffset)
                throw Mismatch(expected.Position);
            if (scanner.Header.LastOffset >= offset)
                return scanner.Position;
        }
        return scanner.Defect is null ? size : throw Mismatch(scanner.Position);
    }

    /// <summary>The end of the last batch that fits between <paramref name="start"/> and <paramref name="limit"/>, and the offset behind it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="start">Where a batch begins.</param>
    /// <param name="limit">At most up to here, but for one batch.</param>
    /// <param name="size">Size of the segment.</param>
    /// <param name="atLeastOneBatch">Take the first batch whatever its length.</param>
    /// <exception cref="InvalidDataException">The index does not match the log.</exception>
    public (long End, long NextOffset) LastBoundary(IFile file, long start, long limit, long size, bool atLeastOneBatch)
    {
        var entry = Offsets.FindPosition(limit);
        var from = entry is { } e && e.Position > start ? e.Position : start;
        using var scanner = new BatchScanner(file, from, size);
        var (end, next) = (from, BaseOffset);
        while (scanner.MoveNext(BaseOffset))
        {
            if (from > start && scanner.Position == from)
            {
                if (scanner.Header.LastOffset != entry!.Value.LastOffset)
                    throw Mismatch(from);
                next = scanner.Header.BaseOffset;
            }
            var first = scanner.Position == start;
            if (scanner.NextPosition > limit && !(first && atLeastOneBatch))
                break;
            (end, next) = (scanner.NextPosition, scanner.Header.NextOffset);
            if (end >= limit)
                break;
        }
        return scanner.Defect is null ? (end, next) : throw Mismatch(scanner.Position);
    }

    private InvalidDataException Mismatch(long position) => new($"The index of {Path} does not match the log at {position}.");
}
