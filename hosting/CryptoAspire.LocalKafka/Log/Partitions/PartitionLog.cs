using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// One partition: an append-only sequence of record batches on disk. Every member may be called from any thread.
/// </summary>
/// <remarks>
/// Two locks: <c>_gate</c> guards the state and is held over a write into the page cache but never over fsync, <c>_diskGate</c>
/// (taken first) keeps saving, deleting and renaming of files apart. Readers see the segments as an array that is replaced, never changed.
/// </remarks>
public sealed partial class PartitionLog
{
    private readonly PartitionContext _context;
    private readonly Lock _gate = new();
    private readonly Lock _diskGate = new();
    private readonly GroupCommit _commit;
    private readonly ProducerStateTable _producers;
    private Segment[] _segments;
    private TopicConfig _config;
    private string _directory;
    private long _logStartOffset;
    private long _savedStart;
    private long _nextOffset;
    private bool _deleted;
    private bool _closed;
    private Exception? _failure;

    internal PartitionLog(PartitionContext context, string topic, int partition, TopicConfig config, RecoveredPartition recovered)
    {
        _context = context;
        Topic = topic;
        Partition = partition;
        _config = config;
        _directory = recovered.Directory;
        _segments = [.. recovered.Segments];
        _producers = recovered.Producers;
        _logStartOffset = _savedStart = recovered.LogStartOffset;
        _nextOffset = Active.NextOffset;
        _commit = new GroupCommit(context.Scheduler, Flush, AfterFlush);
        _commit.SetDurable(recovered.DurableOffset);
        foreach (var segment in _segments)
        {
            if (segment.IndexesUnsaved || segment == Active)
                segment.Pin(create: false);
        }
    }

    /// <summary>Name of the topic.</summary>
    public string Topic { get; }

    /// <summary>Index of the partition.</summary>
    public int Partition { get; }

    /// <summary>The only leader epoch of a single node.</summary>
    public int LeaderEpoch => 0;

    /// <summary>The topic's settings.</summary>
    public TopicConfig Config
    {
        get => Volatile.Read(ref _config);
        internal set => Volatile.Write(ref _config, value);
    }

    /// <summary>First offset that can be read.</summary>
    public long LogStartOffset => Volatile.Read(ref _logStartOffset);

    /// <summary>End of the log: the offset of the next record.</summary>
    public long LogEndOffset => Volatile.Read(ref _nextOffset);

    /// <summary>
    /// Up to here readers see the log: to its end, but with <see cref="FlushMode.Always"/> only to where it is durable. A reader that
    /// went further would skip what is written under the same offsets after a power cut.
    /// </summary>
    public long HighWatermark => IsReadWhenDurable ? Math.Max(_commit.Durable, LogStartOffset) : LogEndOffset;

    /// <summary>First offset of the earliest open transaction, else the high watermark.</summary>
    public long LastStableOffset
    {
        get
        {
            lock (_gate)
                return StableOffset;
        }
    }

    /// <summary>Bytes of record batches on disk.</summary>
    public long SizeInBytes
    {
        get
        {
            lock (_gate)
                return _segments.Sum(s => s.Size);
        }
    }

    /// <summary>The topic was deleted: appends and reads answer UNKNOWN_TOPIC_OR_PARTITION.</summary>
    public bool IsDeleted => Volatile.Read(ref _deleted);

    /// <summary>Transactions that have records here and no marker yet, by first offset.</summary>
    public IReadOnlyList<OpenTransaction> OpenTransactions
    {
        get
        {
            lock (_gate)
                return _producers.Open;
        }
    }

    /// <summary>Why nothing is appended until the next start: a failed fsync. Null when all is well.</summary>
    internal Exception? Failure => Volatile.Read(ref _failure);

    internal int SegmentCount => Volatile.Read(ref _segments).Length;

    /// <summary>Producers remembered.</summary>
    internal int ProducerCount
    {
        get
        {
            lock (_gate)
                return _producers.Count;
        }
    }

    private Segment Active => _segments[^1];

    private long StableOffset => _producers.FirstOpenOffset is { } first ? Math.Min(Math.Max(first, _logStartOffset), HighWatermark) : HighWatermark;

    private bool IsReadWhenDurable => _context.Options.Flush == FlushMode.Always;

    /// <summary>The epoch a producer has in this partition, null if it is not known here.</summary>
    public short? ProducerEpoch(long producerId)
    {
        lock (_gate)
            return _producers.Find(producerId)?.Epoch;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Topic}-{Partition}";

    private AppendResult Refused(ErrorCode error, string? message) => new(error, -1, -1, -1, LogStartOffset, message);
}
