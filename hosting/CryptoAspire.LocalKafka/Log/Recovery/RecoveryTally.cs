using Microsoft.Extensions.Logging;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>Adds up what the recovery of many partitions, in parallel, found.</summary>
internal sealed class RecoveryTally(ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly List<string> _findings = [];
    private int _partitions;
    private int _segments;
    private long _bytes;
    private long _scanned;
    private long _truncated;
    private int _rebuilt;
    private int _open;

    public void Find(string finding)
    {
        LogMessages.RecoveryFinding(logger, finding);
        lock (_gate)
            _findings.Add(finding);
    }

    public void Scanned(long bytes) => Interlocked.Add(ref _scanned, bytes);

    public void Truncated(long bytes) => Interlocked.Add(ref _truncated, bytes);

    public void Rebuilt() => Interlocked.Increment(ref _rebuilt);

    public void Opened(RecoveredPartition partition)
    {
        Interlocked.Increment(ref _partitions);
        Interlocked.Add(ref _segments, partition.Segments.Count);
        Interlocked.Add(ref _bytes, partition.Segments.Sum(s => s.Size));
        Interlocked.Add(ref _open, partition.Producers.Open.Count);
    }

    public RecoveryReport Report(bool fresh, bool clean, int topics, TimeSpan duration) => new()
    {
        Fresh = fresh,
        Clean = clean,
        Topics = topics,
        Partitions = _partitions,
        Segments = _segments,
        LogBytes = _bytes,
        BytesScanned = _scanned,
        BytesTruncated = _truncated,
        RebuiltIndexes = _rebuilt,
        OpenTransactions = _open,
        Duration = duration,
        Findings = [.. _findings],
    };
}
