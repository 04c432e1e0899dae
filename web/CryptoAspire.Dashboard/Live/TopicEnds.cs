using System.Collections.Concurrent;

namespace CryptoAspire.Dashboard.Live;

/// <summary>Where Kafka's partitions end, as the consumer last saw it.</summary>
public sealed class TopicEnds
{
    private readonly ConcurrentDictionary<(string Topic, int Partition), long> _ends = new();

    /// <summary>The offset after the newest record; null while it is not known.</summary>
    public long? Of(string topic, int partition) => _ends.TryGetValue((topic, partition), out var end) ? end : null;

    public void Set(string topic, int partition, long end) => _ends[(topic, partition)] = end;
}
