namespace CryptoAspire.LocalKafka.Log;

/// <summary>Settings of the data directory.</summary>
public sealed record LogStoreOptions
{
    /// <summary>The directory; created when absent.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Durability of appends.</summary>
    public FlushMode Flush { get; init; } = FlushMode.Interval;

    /// <summary>Time between flushes of everything unflushed; also how often the recovery point is saved in both modes.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time between retention passes.</summary>
    public TimeSpan RetentionInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A producer that has not written to a partition for so long is forgotten there (producer.id.expiration.ms).</summary>
    public TimeSpan ProducerExpiration { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Broker-wide values of topic settings (by the topic's key, e.g. retention.ms) where they differ from <see cref="TopicConfig.Definitions"/>.</summary>
    public IReadOnlyDictionary<string, string> TopicDefaults { get; init; } = new Dictionary<string, string>();

    /// <summary>Bytes of log between two index entries (index.interval.bytes).</summary>
    public int IndexIntervalBytes { get; init; } = 4096;

    /// <summary>Size of an offset index at which the segment is rolled (segment.index.bytes).</summary>
    public int MaxIndexBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Closed segments whose files are kept open for readers, over all partitions.</summary>
    public int MaxOpenSegmentFiles { get; init; } = 256;

    /// <summary>Threads that call fsync.</summary>
    public int FlushThreads { get; init; } = 4;
}
