using System.Globalization;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// Opens one partition's directory. Below the recovery point, and everywhere after a clean shutdown, files are trusted and only the ends of
/// segments are looked at; from the recovery point on every batch is checked and the log ends before the first bad one.
/// </summary>
/// <param name="context">Files and cache.</param>
/// <param name="tally">Told what was found.</param>
/// <param name="directory">The partition's directory.</param>
/// <param name="recoveryPoint">Everything below was durable, with indexes for closed segments; <see cref="long.MaxValue"/> after a clean shutdown.</param>
/// <param name="savedStart">Log start offset of the checkpoint; 0 without.</param>
/// <param name="nowMs">Broker's clock.</param>
internal sealed class PartitionRecovery(SegmentContext context, RecoveryTally tally, string directory, long recoveryPoint, long savedStart, long nowMs)
{
    /// <summary>Index entries before the end of a segment from which a producer's last batches are read again: 64 batches or 256 KiB at least.</summary>
    private const int WindowEntries = 64;

    /// <summary>At most so many segments are looked at for that.</summary>
    private const int WindowSegments = 8;

    private readonly string _name = Path.GetFileName(directory);
    private readonly List<Segment> _segments = [];
    private ProducerStateTable _producers = new();

    private IFileSystem Files => context.Files;

    public RecoveredPartition Run()
    {
        // 1. The segments there are, without those that retention had deleted already.
        FindSegments();

        // 2. Trust what can be trusted.
        var firstToScan = AttachTrusted();

        // 3. Producers up to there, from the newest good snapshot and the log behind it.
        RestoreProducers(firstToScan);

        // 4. Check the rest batch by batch.
        Scan(firstToScan);

        // 5. The log never ends below its start.
        if (_segments.Count == 0 || _segments[^1].NextOffset < savedStart)
            StartEmptyAt(Math.Max(savedStart, _segments.Count == 0 ? 0 : _segments[^1].NextOffset));
        var active = _segments[^1];
        if (!active.IndexesUnsaved)
            LoadActive(active);
        foreach (var segment in _segments)
            segment.LastAppendMs = nowMs;
        if (firstToScan < _segments.Count)
            Files.SyncDirectory(directory);
        var recovered = new RecoveredPartition(directory, _segments, _producers, Math.Max(savedStart, _segments[0].BaseOffset), active.NextOffset);
        tally.Opened(recovered);
        return recovered;
    }

    private void FindSegments()
    {
        var bases = new List<long>();
        foreach (var name in Files.FileNames(directory))
        {
            if (name.EndsWith(".tmp", StringComparison.Ordinal))
                Files.DeleteFile(Path.Combine(directory, name));
            else if (name.Length == 24 && name.EndsWith(".log", StringComparison.Ordinal) && long.TryParse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
                bases.Add(offset);
        }
        bases.Sort();
        _segments.AddRange(bases.Select(b => new Segment(context, directory, b)));
        // Retention saves the start before it unlinks: what is below may have come back with a power cut.
        while (_segments.Count > 1 && _segments[1].BaseOffset <= savedStart)
        {
            _segments[0].Delete();
            _segments.RemoveAt(0);
        }
    }

    /// <summary>Attaches segments up to the first that needs a scan, and returns that one's index.</summary>
    private int AttachTrusted()
    {
        // A segment that contains the recovery point is scanned: its indexes were in memory only.
        var trusted = recoveryPoint == long.MaxValue ? _segments.Count : Math.Max(_segments.FindLastIndex(s => s.BaseOffset <= recoveryPoint), 0);
        for (var i = 0; i < trusted; i++)
        {
            var next = i + 1 < _segments.Count ? _segments[i + 1].BaseOffset : (long?)null;
            if (_segments[i].TryAttach(next) is not { } problem)
                continue;
            tally.Find($"{_name}: segment {_segments[i].BaseOffset} is scanned again: {problem}");
            tally.Rebuilt();
            return i;
        }
        return trusted;
    }

    private void RestoreProducers(int firstToScan)
    {
        if (_segments.Count == 0)
            return;
        var upTo = firstToScan < _segments.Count ? _segments[firstToScan].BaseOffset : _segments[^1].NextOffset;
        var from = LoadSnapshot(upTo) ?? _segments[0].BaseOffset;
        WidenWindows([.. _segments.Take(firstToScan).Where(s => s.NextOffset <= from)], from);
        foreach (var segment in _segments.Take(firstToScan).Where(s => s.NextOffset > from))
            Replay(segment, from);
    }

    /// <summary>The newest good snapshot that is not beyond <paramref name="upTo"/>; bad ones and later ones are deleted.</summary>
    private long? LoadSnapshot(long upTo)
    {
        var offsets = Files.FileNames(directory).Select(n => ProducerSnapshot.TryParseName(n, out var offset) ? offset : -1).Where(o => o >= 0).OrderDescending();
        foreach (var offset in offsets)
        {
            var path = Segment.PathOf(directory, offset, "snapshot");
            // One from before the first segment knows nothing of what was written and deleted since: no state is better than an old one.
            var usable = offset <= upTo && offset >= _segments[0].BaseOffset;
            if (usable && ProducerSnapshot.Read(AtomicFile.Read(Files, path)) is { } producers)
            {
                _producers = producers;
                return offset;
            }
            if (usable)
                tally.Find($"{_name}: producer snapshot {offset} is corrupt, an older one and the log are used");
            Files.DeleteFile(path);
        }
        return null;
    }

    /// <summary>A snapshot holds each producer's last batch; the four before it are near the end of the log, so that retries of them are recognised, too.</summary>
    private void WidenWindows(List<Segment> before, long snapshotOffset)
    {
        if (_producers.Count == 0 || before.Count == 0 || before[^1].NextOffset != snapshotOffset)
            return;
        var (first, entries) = (before.Count - 1, before[^1].Offsets.Table.Count);
        for (; first > 0 && before.Count - first < WindowSegments && entries < WindowEntries; first--)
            entries += before[first - 1].Offsets.Table.Count;
        foreach (var segment in before.Skip(first))
            WidenWindows(segment);
    }

    private void WidenWindows(Segment segment)
    {
        var file = segment.Acquire();
        try
        {
            using var scanner = new BatchScanner(file.File, segment.Offsets.FromEnd(WindowEntries)?.Position ?? 0, segment.Size);
            while (scanner.MoveNext(0))
            {
                var header = scanner.Header;
                if (header.IsIdempotent && !header.IsControl && _producers.Find(header.ProducerId) is { } state && state.Epoch == header.ProducerEpoch)
                    state.RememberOlder(ProducerState.Batch.Of(header, header.BaseOffset, header.MaxTimestamp));
            }
        }
        finally
        {
            file.Release();
        }
    }

    private void Replay(Segment segment, long from)
    {
        var file = segment.Acquire();
        try
        {
            using var scanner = new BatchScanner(file.File, 0, segment.Size);
            while (scanner.MoveNext(0))
            {
                if (scanner.Header.BaseOffset >= from)
                    PartitionLog.Follow(_producers, null, scanner.Header, scanner.Header.BaseOffset, scanner.Header.MaxTimestamp, Marker(scanner), nowMs);
            }
            tally.Scanned(segment.Size);
        }
        finally
        {
            file.Release();
        }
    }

    private void Scan(int first)
    {
        var expected = first == 0 || _segments.Count == 0 ? 0 : _segments[first - 1].NextOffset;
        for (var i = first; i < _segments.Count; i++)
        {
            var segment = _segments[i];
            if (i > 0 && segment.BaseOffset != expected)
            {
                // Below the recovery point a file was lost, what follows is still good. Beyond it this is the edge of what reached the disk.
                if (segment.BaseOffset > recoveryPoint || segment.BaseOffset < expected)
                {
                    DropFrom(i, $"segment {segment.BaseOffset} does not continue at {expected}");
                    return;
                }
                tally.Find($"{_name}: offsets {expected} to {segment.BaseOffset - 1} are missing");
            }
            if (i > first && i == _segments.Count - 1)
                AtomicFile.Write(Files, Segment.PathOf(directory, segment.BaseOffset, "snapshot"), ProducerSnapshot.Write(_producers));
            var whole = ScanSegment(segment);
            expected = segment.NextOffset;
            if (!whole && i + 1 < _segments.Count && _segments[i + 1].BaseOffset > recoveryPoint)
            {
                DropFrom(i + 1, $"it follows the bad batch at offset {expected}");
                return;
            }
            if (i + 1 < _segments.Count)
            {
                segment.SaveIndexes();
                segment.DropIndexMemory();
                segment.Unpin();
            }
        }
    }

    /// <returns>False if the segment was truncated.</returns>
    private bool ScanSegment(Segment segment)
    {
        segment.Reset();
        segment.Pin(create: false);
        var file = segment.Acquire();
        try
        {
            var length = file.File.Length;
            using var scanner = new BatchScanner(file.File, 0, length, wholeBatches: recoveryPoint < long.MaxValue);
            while (scanner.MoveNext(segment.NextOffset, recoveryPoint))
            {
                var header = scanner.Header;
                if (header.LastOffset - segment.BaseOffset > int.MaxValue || scanner.Position > int.MaxValue)
                    break;
                if (scanner.Position == 0)
                    segment.FirstAppendMs = FirstAppend(header);
                segment.Track(header.LastOffset, header.MaxTimestamp, scanner.Position, scanner.Length);
                PartitionLog.Follow(_producers, segment, header, header.BaseOffset, header.MaxTimestamp, Marker(scanner), nowMs);
            }
            tally.Scanned(length);
            if (segment.Size < length)
            {
                tally.Truncated(length - segment.Size);
                tally.Find($"{_name}: segment {segment.BaseOffset} truncated from {length} to {segment.Size} bytes, offset {segment.NextOffset}: {scanner.Defect ?? "offset out of range"}");
                segment.CutTail();
            }
            segment.Sync();
            segment.DirectorySynced = true;
            return segment.Size == length;
        }
        finally
        {
            file.Release();
        }
    }

    private static TransactionMarker? Marker(BatchScanner scanner)
    {
        if (!scanner.Header.IsControl)
            return null;
        try
        {
            return TransactionMarker.TryRead(scanner.ReadBatch(), out var marker) ? marker : null;
        }
        catch (Exception e) when (e is ProtocolException or NotSupportedException)
        {
            return null; // below the recovery point no checksum was asked for: a control batch that is none ends no transaction
        }
    }

    private void DropFrom(int index, string why)
    {
        for (var i = _segments.Count - 1; i >= index; i--)
        {
            var length = LengthOf(_segments[i].Path);
            tally.Truncated(length);
            tally.Find($"{_name}: segment {_segments[i].BaseOffset} with {length} bytes dropped: {why}");
            _segments[i].Unpin();
            _segments[i].Delete();
            _segments.RemoveAt(i);
        }
    }

    private long LengthOf(string path)
    {
        using var file = Files.Open(path, create: false);
        return file.Length;
    }

    private void LoadActive(Segment segment)
    {
        segment.LoadIndexes();
        if (segment.Size == 0)
            return;
        var file = segment.Acquire();
        try
        {
            using var scanner = new BatchScanner(file.File, 0, segment.Size);
            if (scanner.MoveNext(0))
                segment.FirstAppendMs = FirstAppend(scanner.Header);
        }
        finally
        {
            file.Release();
        }
    }

    /// <summary>Broker's times are not stored: the first record's own time stands in, unless it lies in the future or is unknown.</summary>
    private long FirstAppend(in RecordBatchHeader header) => header.MaxTimestamp >= 0 ? Math.Min(header.MaxTimestamp, nowMs) : nowMs;

    private void StartEmptyAt(long offset)
    {
        if (_segments.Count > 0)
            DropFrom(0, $"it ends below the start of the log, {offset}");
        // What producers wrote last is lost, or it would be here: nothing is known of their sequences any more.
        _producers = new ProducerStateTable();
        foreach (var name in Files.FileNames(directory).Where(n => ProducerSnapshot.TryParseName(n, out _)))
            Files.DeleteFile(Path.Combine(directory, name));
        Files.SyncDirectory(directory);
        var segment = PartitionLog.CreateSegment(context, directory, offset);
        _segments.Add(segment);
        segment.DirectorySynced = false;
    }
}
