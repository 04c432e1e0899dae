using CryptoAspire.Dashboard.Hubs;
using CryptoAspire.Market;

namespace CryptoAspire.Dashboard.Live;

/// <summary>Counts what arrives from which source, says whether it is live, simulated or replayed, and owns the channel <c>pipeline</c>.</summary>
public sealed class FeedStatus
{
    /// <summary>A source that has been silent for so long is no longer listed.</summary>
    private const long ForgetMs = 300_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Counter> _sources = new(StringComparer.Ordinal);
    private volatile bool _kafkaConnected = true;
    private volatile bool _databaseConnected = true;
    private long _skipped;
    private PipelineStatus _status = new("waiting", [], true, true, 0);

    public HubChannel Channel { get; } = new("pipeline");

    /// <summary>Whether Kafka answered last time; set by the consumer.</summary>
    public bool KafkaConnected
    {
        get => _kafkaConnected;
        set => _kafkaConnected = value;
    }

    /// <summary>Whether the database answered last time; set by the reconciler.</summary>
    public bool DatabaseConnected
    {
        get => _databaseConnected;
        set => _databaseConnected = value;
    }

    /// <summary>As last published.</summary>
    public PipelineStatus Status => Volatile.Read(ref _status);

    /// <summary>Counts records that were passed over.</summary>
    public void Skip(long records) => Interlocked.Add(ref _skipped, records);

    /// <summary>Counts one record.</summary>
    public void Received(string source, string symbol, long nowMs)
    {
        lock (_lock)
        {
            if (!_sources.TryGetValue(source, out var counter))
                _sources[source] = counter = new Counter();
            counter.Symbols.Add(symbol);
            counter.Count++;
            counter.ReceivedAt = nowMs;
        }
    }

    /// <summary>Publishes the figures of the second that ended.</summary>
    /// <param name="nowMs">Unix milliseconds.</param>
    /// <param name="storedSources">The sources of the rows on screen, which decide the label before the first tick.</param>
    public void Flush(long nowMs, IEnumerable<string> storedSources)
    {
        Channel.Publish(() =>
        {
            List<SourceStatus> sources = [];
            lock (_lock)
            {
                foreach (var (name, counter) in _sources.OrderBy(s => s.Key, StringComparer.Ordinal).ToArray())
                {
                    if (nowMs - counter.ReceivedAt > ForgetMs)
                    {
                        _sources.Remove(name);
                        continue;
                    }

                    sources.Add(new SourceStatus(name, counter.Symbols.Count, counter.Count, counter.ReceivedAt));
                    counter.Count = 0;
                }
            }

            var status = new PipelineStatus(ModeOf([.. sources.Select(s => s.Source), .. storedSources]), sources, KafkaConnected, DatabaseConnected,
                Interlocked.Read(ref _skipped));
            Volatile.Write(ref _status, status);
            return status;
        });
    }

    /// <summary>The label for data from these sources.</summary>
    public static string ModeOf(IReadOnlyCollection<string> sources)
    {
        var simulated = sources.Count(Venue.IsSimulated);
        var replayed = sources.Count(Venue.IsReplayed);
        return sources.Count switch
        {
            0 => "waiting",
            var all when simulated == all => "simulated",
            var all when replayed == all => "replay",
            _ when simulated + replayed > 0 => "mixed",
            _ => "live",
        };
    }

    private sealed class Counter
    {
        public HashSet<string> Symbols { get; } = new(StringComparer.Ordinal);

        public long Count { get; set; }

        public long ReceivedAt { get; set; }
    }
}
